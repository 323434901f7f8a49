import type { Words } from '#plugin'
import type { Account } from './config.js'

/** Something that went wrong with a mail server, in words for the page (`reason`) and for the log (`message`). */
export class Fault extends Error {
  constructor(
    readonly reason: Words,
    cause?: unknown
  ) {
    super([reason.key, Object.values(reason.values ?? {}).join(' '), reason.detail].filter(Boolean).join(': '), { cause })
  }
}

type Signs = Error & {
  code?: string
  responseText?: string
  response?: string
  serverResponseCode?: string
  authenticationFailed?: boolean
  errors?: Error[]
  cert?: { valid_to?: string }
}

/** What each sign means, the surest first. */
const SIGNS: readonly (readonly [RegExp, string])[] = [
  [/ENOTFOUND|EAI_AGAIN|EAI_NODATA|EDNS\b/, 'hostNotFound'],
  [/CERT_HAS_EXPIRED|certificate has expired/i, 'certificateExpired'],
  [/ERR_TLS_CERT_ALTNAME_INVALID|does not match certificate/i, 'certificateName'],
  [/SELF_SIGNED|self-signed/i, 'certificateSelfSigned'],
  [/UNABLE_TO_(?:VERIFY|GET)|unable to (?:verify|get)[^\n]*certificate|CERT_/i, 'certificateUntrusted'],
  [/WRONG_VERSION_NUMBER|wrong version number|packet length too long|EPROTO|ERR_SSL/i, 'notTls'],
  [/STARTTLS/, 'noStarttls'],
  [/ECONNREFUSED/, 'refused'],
  [/EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL/, 'unreachable'],
  [/ETHROTTLE/, 'throttled'],
  [/GREETING_TIMEOUT|Greeting never received|UPGRADE_TIMEOUT|Failed to receive greeting/i, 'noGreeting'],
  [/ETIMEDOUT|ETIMEOUT|CONNECT_TIMEOUT|timed? ?out/i, 'timeout'],
]

/** Turns whatever a connection threw into words: which server, what is wrong, what to look at. */
export function connectionFault(error: unknown, protocol: 'imap' | 'smtp', login: Account): Fault {
  return new Fault(connectionWords(error, protocol, login), error)
}

export function connectionWords(error: unknown, protocol: 'imap' | 'smtp', login: Account): Words {
  const signs = error as Signs
  const values = { host: login.host, port: login.port, server: protocol.toUpperCase(), user: login.username ?? '' }
  const detail = tellable(signs, login)
  const isLogin = signs.authenticationFailed || signs.code === 'EAUTH' || /^AUTH/.test(signs.serverResponseCode ?? '')
  if (isLogin) return { key: 'fault.login', values, detail }
  const text = [signs.code, signs.message, signs.response, ...(signs.errors ?? []).map((inner) => `${(inner as Signs).code} ${inner.message}`), (signs.cause as Signs | undefined)?.code, (signs.cause as Error | undefined)?.message].join(' ')
  const sign = SIGNS.find(([pattern]) => pattern.test(text))
  return { key: `fault.${sign?.[1] ?? 'other'}`, values, detail }
}

/** What the other side said, without a password in it. */
function tellable(signs: Signs, login: Account): string {
  const said = signs.responseText || signs.response || signs.message || signs.errors?.[0]?.message || signs.code || 'unknown'
  const hidden = [login.password, login.accessToken].reduce<string>((text, secret) => (secret ? text.replaceAll(secret, '•••') : text), said)
  return hidden.replace(/\s+/g, ' ').trim().slice(0, 500)
}
