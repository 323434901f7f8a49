import type { Words } from '#plugin'

/*
 * What a mail server's answer means for the agent who reads it (contracts/channels/07c). The
 * enhanced status says it best, the old code and the words around it stand in for it.
 */

const BY_STATUS: readonly (readonly [RegExp, string])[] = [
  [/^1\.(?:1)$/, 'userUnknown'],
  [/^1\.(?:2|10)$/, 'domainUnknown'],
  [/^1\.(?:0|3)$/, 'addressWrong'],
  [/^1\.6$/, 'mailboxMoved'],
  [/^1\.[78]$/, 'senderRefused'],
  [/^2\.1$/, 'mailboxOff'],
  [/^2\.2$/, 'mailboxFull'],
  [/^(?:2\.3|3\.4)$/, 'tooBig'],
  [/^3\./, 'theirFault'],
  [/^4\.6$/, 'theirLoop'],
  [/^4\./, 'unreachable'],
  [/^5\./, 'protocol'],
  [/^6\./, 'content'],
  [/^7\.(?:8|9)$/, 'login'],
  [/^7\.(?:2[0-7]|509|515)$/, 'ourDomain'],
  [/^7\./, 'policy'],
]

const BY_WORDS: readonly (readonly [RegExp, string])[] = [
  [/user unknown|unknown user|no such (?:user|mailbox|recipient)|does not exist|unknown recipient|mailbox (?:unavailable|not found)|invalid recipient/i, 'userUnknown'],
  [/quota|mailbox (?:is )?full|over ?quota|insufficient storage/i, 'mailboxFull'],
  [/too (?:large|big)|size limit|exceeds (?:the )?(?:maximum|size)|message size/i, 'tooBig'],
  [/sender (?:address )?(?:rejected|refused|denied)|not (?:allowed|authorized|owned)[^\n]{0,40}(?:send|from)/i, 'senderRefused'],
  [/dkim|spf|dmarc/i, 'ourDomain'],
  [/spam|blocked|black ?list|policy|reputation/i, 'policy'],
  [/relay/i, 'relay'],
  [/greylist|grey-list|try again later/i, 'askedToWait'],
]

const BY_CODE: Record<number, string> = {
  421: 'unavailable', 450: 'askedToWait', 451: 'askedToWait', 452: 'askedToWait', 501: 'addressWrong', 503: 'protocol', 530: 'login', 535: 'login', 552: 'tooBig', 553: 'addressWrong', 554: 'policy',
}

/** The refusal in words: `send.<what>` with the recipient, the code and the server's own sentence. */
export function refusalWords(response: string, code: number | undefined, to: string): Words {
  const status = /\b[245]\.(\d{1,2}\.\d{1,3})\b/.exec(response)?.[1]
  const what =
    (status && status !== '0.0' ? BY_STATUS.find(([pattern]) => pattern.test(status))?.[1] : undefined) ??
    BY_WORDS.find(([pattern]) => pattern.test(response))?.[1] ??
    BY_CODE[code ?? 0] ??
    'refused'
  return { key: `send.${what}`, values: { to, code: code ?? 0 }, detail: response.replace(/\s+/g, ' ').trim().slice(0, 500) }
}
