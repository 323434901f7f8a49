/*
 * Why a mail came back, as one stable word (api.md; the words are those that bounce readers have in
 * common). What the other server said tells more than its code, and the code more than nothing.
 */

/** The first that fits counts: the particular before the general. */
const BY_WORDS: readonly (readonly [RegExp, string])[] = [
  // Turns of phrase in which a word of another cause stands.
  [/unroute?able address|domain (?:is not reachable|must exist)|(?:name or service|account or domain) (?:not known|may not exist)/i, 'hostunknown'],
  [/(?:host(?:\/domain)?|domain)[^\n]{0,60}does not accept (?:any )?(?:e?-?)mail|null ?mx|name server: \.: host not found|no mx record found for domain|no route for current request|protocol returned a permanent error/i, 'notaccept'],
  [/loops? back to (?:myself|me)|loop was found in the mail exchanger|(?:aliasing|forwarding)\/?(?:forwarding)? loop broken|would create a mail loop|interrupted system call|queue file write error|server is misconfigured|could not load drd|encountered an error while being processed|transaction failed$/i, 'systemerror'],
  [/connection rate limit|ip frequency limited|too many errors from your ip|made numerous attempts to deliver/i, 'toomanyconn'],
  [/(?:5\.1\.0 |sender ip )address rejected|^(?:5\d\d )?address rejected|bogus mail from|\[bouncedeny\]|fully qualified email address required|no third-party dsns|unsigned dsn for|from: domain is invalid|invalid domain, see <url|e-?mail address is not verified|sender (?:address has been |)blacklisted|an address that has been blacklisted|recursive cname|backscatter protection|delivery not authorized, message refused|returned mail not accepted here|empty e-?mail address|access to submit messages|not a registered gateway user|rule imposed mailbox access/i, 'rejected'],
  [/no valid recipients?\b|did not (?:exactly )?match an?\b|no match(?:es)? (?:to|for|in|found)\b/i, 'userunknown'],
  [/has restricted sms e-?mail|this account is protected by|not found recipient account|\bbounced address/i, 'filtered'],
  [/organi[sz]ational settings|message given low priority|messages with multiple addresses|protocol violation|not subscribed to this group|\bcaptcha\b|containing images or other attachments|header are not accepted/i, 'policyviolation'],
  [/potentially executable attachment/i, 'virusdetected'],
  [/expirado por falta de uso/i, 'suspend'],
  [/could not be delivered for more than|failed to deliver to domain/i, 'expired'],
  [/(?:daily|hourly)[^\n]{0,30}(?:limit|quota)|(?:limit|quota|emails?)[^\n]{0,40}per (?:hour|day|minute)|receive limit|(?:sending|submission) quota|relay limit|reached your[^\n]{0,20}limit|exceeded (?:permitted|their) limits?|per hour message|too many recipients/i, 'speeding'],
  [/(?:maximum|per-domain|concurrent)[^\n]{0,20}connection|connection limit|trop de connexions/i, 'toomanyconn'],
  [/(?:would exceed|exceed\w*)[^\n]{0,40}(?:mailbox|allowed storage)|storage allocation|mail ?folder[^\n]{0,20}full|full mailbox|not have enough space|(?:box|disk) space (?:is )?not enough|exdiskquota|space has been used up|too much mail|too many messages on the server|disk ?quota|mail file size exceeds|(?:mailbox|inbox|user)[^\n]{0,20}exceeds allowed size/i, 'mailboxfull'],
  [/host (?:name )?(?:not found, try again|lookup failure)|name (?:service|server)[^\n]{0,60}(?:try again|reply)|\bmail loop\b|message looping|looping \(|forwarding loop|loop (?:was )?(?:found|count|broken|detected)|too many (?:received|hops)|maximum (?:hop|forward\w*|allowed times)|more than the maximum allowed times|could not find a gateway|unable to (?:resolve route|transfer)\b(?!\))|^connection refused|[^a-z]connection refused(?! by)/i, 'networkerror'],
  [/not been collected|queue period|in the queue too long|(?:multiple|\d+) (?:retries|attempts)|delivery attempts|failing for a long time|did not respond|message timed out|maximum-time-expired|aborted after|for more than \d+ (?:hour|day|minute)/i, 'expired'],
  [/(?:potentially|potential|illegal|forbidden|dangerous|banned|blocked|not allowed)[^\n]{0,30}(?:attachment|security|extension|file type)|attachment[^\n]{0,30}(?:forbidden|illegal|banned|not allowed|blocked)|not accepting (?:e?-?mail|messages) with|members?-?only|non-member|moderat(?:or|ion|ed)/i, 'policyviolation'],
  [/sender (?:is |was )?not (?:authenticated|pre-approved|in (?:the )?allowed)|not authenticated (?:for|by)|authenticated by (?:the )?organi[sz]ation|notauthorized|\bbatv\b|not accept(?:ing)? (?:mail|e-?mail|messages) from|mail sending denied|isn'?t on the recipient'?s list|sender (?:is|has been) (?:spammer|in my)|unroutable sender|emetteur invalide/i, 'rejected'],
  [/blocked by the recipient|(?:recipient|user) (?:preferences|rules|id refuse)|only accepting mail from|senderfilter|is not accepting (?:any )?(?:e?-?mail|messages)(?! (?:from|with))/i, 'filtered'],
  [/(?:is currently|has been|been|account|mailbox) suspended|temporar(?:il)?y locked|extended inactivity|destinataire archiv/i, 'suspend'],
  [/quarantined this message|detected (?:as|your message as) spam|spam (?:refused|rejected|blocked|check|not accepted)|\bspam$/i, 'spam'],
  [/virus|malware|infected|trojan|phish(?:ing)? (?:attempt|url|detected)/i, 'virusdetected'],
  [/\b(?:over|exceed\w*|out of|above)[^\n]{0,30}\bquota\b|\bquota[^\n]{0,30}(?:exceed|full|over)|quota (?:check|usage|violation|error)|over ?quota|(?:mailbox|inbox|mail ?box|account|maildir|mail drop|storage|user'?s? mailbox)[^\n]{0,40}\b(?:is|has become|was)?\s*(?:full|exceeded)\b|mailbox size (?:limit|exceeded)|exceed(?:ed|s) (?:the |its |their |his )?(?:storage|maximum storage|disk|space|mailbox|allowed mailbox)|insufficient (?:disk|storage|system storage|space|quota)|not enough (?:disk |storage |free )?space|disk (?:quota|space|full)|over (?:the )?(?:maximum )?(?:allowed )?(?:storage|disk)|no space left|too full|mailbox[^\n]{0,40}over (?:its|the) (?:limit|size)|schr[aá]nk[auy][^\n]{0,40}pln[aáeé]|skrzynka[^\n]{0,40}(?:pe[lł]na|przepe[lł]niona)|bo[iî]te[^\n]{0,30}(?:pleine|satur)|postfach[^\n]{0,40}voll|buz[oó]n[^\n]{0,30}lleno|casella[^\n]{0,30}piena|ящик[^\n]{0,30}переполн|переполнен|容量/iu, 'mailboxfull'],
  [/(?:message|mail|e-?mail|attachment|content)[^\n]{0,60}(?:too (?:large|big)|larger than|exceed\w*[^\n]{0,40}(?:size|limit|length)|size[^\n]{0,20}exceed)|(?:exceed\w*|over|above|larger than|greater than)[^\n]{0,40}(?:maximum|max|allowed|fixed|administrative)?[^\n]{0,20}(?:message|mail|attachment|file) ?(?:size|length)|size limit|taille (?:limite|maximale|du message)|line limit exceeded|maximum (?:message )?size|header size exceeds|zpr[aá]va[^\n]{0,30}p[rř][ií]li[sš] velk/iu, 'toolarge'],
  [/\bdmarc\b|\bdkim\b|\bspf\b|sender policy framework|sender id[^\n]{0,20}(?:fail|permerror)|unauthenticated (?:e-?mail|mail|sender)|not (?:pass|passed) authentication|authentication (?:checks?|information)[^\n]{0,40}(?:fail|requir)|email (?:has been |is )?(?:rejected|blocked)[^\n]{0,30}unauthenticated|must (?:pass|authenticate with)[^\n]{0,20}(?:spf|dkim|either)/i, 'authfailure'],
  [/reverse (?:dns|lookup|hostname)|\brdns\b|\bptr\b|fix reverse|(?:hostname|host name)[^\n]{0,50}(?:cannot|can'?t|could not|does not) (?:be )?(?:find|found|resolve|match)|cannot find your (?:reverse )?hostname|unresolvable (?:relay|client) host/i, 'requireptr'],
  [/\breputation\b|(?:sender|ip)[^\n]{0,20}score[^\n]{0,20}(?:low|poor|bad)|senderbase/i, 'badreputation'],
  [/rate ?limit|too (?:many|fast)[^\n]{0,40}(?:messages?|mails?|e-?mails?|recipients?|requests?|time)|receiving mail (?:at a rate|too quickly)|sending (?:too|rate)|exceed\w*[^\n]{0,40}(?:rate|hourly|daily|per (?:hour|minute|day))|unusual rate|throttl|deferred due to excessive|slow ?down|limit (?:has been )?(?:reached|exceeded) for[^\n]{0,30}(?:hour|day)/i, 'speeding'],
  [/unsolicited|\bspam(?:my|ming|med)?\b[^\n]{0,60}(?:detect|content|message|filter|reject|block|score|mail|suspect|likely|policy)|(?:detect|classif|identif|look|reject|block|consider|suspect|tag|appears?|score|marked|filter)\w*[^\n]{0,40}\bspam(?:my|mer)?\b|spam[- ]?(?:assassin|like|score|rating|probability|detected)|\bis spam\b|as spam\b|junk ?mail|bulk (?:e-?)?mail|\bube\b|\buce\b|content[^\n]{0,30}(?:spam|junk)|blacklisted url|(?:url|uri|link|domain in (?:the )?(?:body|message))[^\n]{0,40}(?:black|block)list|spamtrap|nevyžádan/iu, 'spam'],
  [/too many (?:concurrent |simultaneous )?(?:connections?|sessions?|smtp sessions)|connections? (?:rate|limit|number)[^\n]{0,30}(?:exceed|limit|reach)|connection rate/i, 'toomanyconn'],
  [/relay(?:ing|s|ed)?\b[^\n]{0,60}(?:denied|prohibited|not (?:allowed|permitted|authori[sz]ed)|disallow|refused|reject|access|forbidden|restricted|blocked|unable)|(?:unable|not (?:allowed|permitted|authori[sz]ed)|cannot|can'?t|refus\w*|denied|do(?:es)? not|won'?t|deny|prohibit\w*|\bno)[^\n]{0,30}\brelay(?!=)|relay (?:not|access)|relaying mail|we do not relay|not a gateway|(?:domain|host)[^\n]{0,30}(?:isn'?t|is not|not) (?:in my list of allowed rcpthosts|allowed rcpthosts|local|hosted)|rcpthosts?|as a relay|do(?:n'?t| not) handle mail for|insecure mail relay|mail server requires authentication|not local|sender (?:verify|is not) (?:.{0,20})relay/i, 'norelaying'],
  [/greylist|gr[ae]y ?list(?:ed|ing)|temporarily (?:deferred|delayed|rejected)[^\n]{0,40}(?:unknown|first)/i, 'onhold'],
  [/(?:black|block|deny|reject|real-?time)[- ]?(?:hole )?(?:list|listed|ed list)|\b[dr]n?sbl\b|\brbl\b|spamhaus|spamcop|barracudacentral|sorbs|proofpoint[^\n]{0,40}(?:block|dynamic)|\bpbl\b|\bsbl\b|\bxbl\b|\b(?:ip|client|host|connection from|address \[?\d|server|sender'?s? (?:ip|host|domain)|your (?:ip|network|host|server|domain))\b[^\n]{0,60}(?:block(?:ed|ing)?|banned|refused|denied|reject|listed|prohibited|not (?:accept|allow|authori|permit)|dynamic|(?:in|on) (?:a |our |the )?(?:black|block))|(?:blocked|banned|blacklisted|listed|denied)[^\n]{0,40}(?:\bip\b|\[?\d{1,3}\.\d{1,3}\.\d{1,3}|client host|your (?:host|server|network))|go away|connect(?:ion)? (?:refused|dropped|rejected|denied) by|no access from|access denied[^\n]{0,30}(?:ip|host)|dynamic (?:ip|address|pool)|dialup|bad (?:helo|ehlo)|helo[^\n]{0,40}(?:reject|invalid|must|not)/i, 'blocked'],
  [/(?:has|have|had) (?:moved|changed|been moved|been changed|been replaced)|has been replaced by|new (?:e-?mail )?address|no longer (?:uses?|at) this (?:address|e-?mail)/i, 'hasmoved'],
  [/(?:mailbox|account|user|recipient|mail ?box|address|email)[^\n]{0,50}\b(?:disabled|suspend(?:ed)?|inactiv\w*|deactivated|frozen|locked|expired|blocked|not active|dormant|discontinued|closed|terminated|switched off|restricted|is currently unavailable|been cancel\w*)|(?:disabled|inactive|suspended|deactivated|expired) (?:mailbox|account|user|recipient|address)|not (?:currently )?(?:accepting|receiving) (?:mail|messages|e-?mail)[^\n]{0,20}(?:at this time)?|out of service|account (?:that you tried|has been|is) (?:to reach is )?(?:disabled|inactive|expired|suspended)|is overdue|schr[aá]nka[^\n]{0,40}(?:zablokov|deaktiv|zru[sš])|konto[^\n]{0,30}(?:zablokowan|zawieszon|nieaktywn)|ящик[^\n]{0,30}(?:отключ|заблокир)/iu, 'suspend'],
  [/domain of sender|sender(?:'s)? (?:e-?mail )?(?:address|domain)[^\n]{0,40}(?:reject|does(?:n'?t| not)|not|unknown|invalid|unresolv|denied|blocked)|permissions? to send (?:as|on behalf)|send (?:as|on behalf of) this (?:sender|user)|not owned by user|invalid sender/i, 'rejected'],
  [/\b(?:host|domain|name|dns|mx|mailserver|server|smtp server|site)\b[^\n]{0,60}(?:not found|unknown|does(?:n'?t| not) exist|no such|could(?:n'?t| not) be (?:found|resolved)|not (?:be )?resolv|lookup fail|unrout|invalid|no (?:mail exchanger|mx|a record)|can'?t be found|is not (?:valid|known)|nonexistent)|(?:unknown|no such|invalid|illegal|bad|unrouteable|unroutable|nonexistent|non-existent|could(?:n'?t| not) find(?: any)?|unable to (?:find|resolve|look ?up)|can(?:'?t|not) (?:find|resolve)) (?:\w+ ){0,3}(?:host|domain|mail domain|hostname|server|mx|mail exchanger|name server|system)|unroute?able mail domain|host or domain name not found|all relevant mx records|nullmx|null mx|no mx (?:record|host)|does not (?:accept|receive) (?:any )?(?:e-?)?mail|illegal host\/domain|dns (?:error|lookup|server returned)|address resolution of|\bnxdomain\b|recipient domain|5\.4\.4 [^\n]{0,30}(?:unknown|invalid)|domain[^\n]{0,30}no longer exists|dom[eé]na[^\n]{0,30}neexist/iu, 'hostunknown'],
  [/(?:user|mailbox|recipient|addressee|account|address|e-?mail|mail ?box|alias|rcpt|person|name|inbox|login|subscriber|member|customer)s?\b[^\n]{0,70}(?:unknown|not found|does(?:n'?t| not) exist|do(?:n'?t| not) exist|not exist|no longer (?:exist|valid|available|active|on|with|employed|in use)|not (?:known|listed|valid|a valid|our customer|unique|local|have an? account|have a yahoo|recogni[sz]ed|in (?:the )?(?:directory|list)|be found|hosted)|unavailable|invalid|isn'?t (?:a|in|here|valid|known)|is(?: an)? (?:invalid|unknown|incorrect|bad|undeliverable|not)|could(?:n'?t| not) be found|wasn'?t found|was not found|(?:has )?been (?:deleted|removed)|doesn'?t have|lookup (?:did not|failed)|no such|not here|has left)|(?:unknown|no such|invalid|unrecogni[sz]ed|undeliverable|non-?existent|nonexistent|inexistent|bad|incorrect|unroute?able|illegal|no (?:valid )?|missing|undefined) (?:\w+ ){0,2}(?:user|mailbox|recipient|account|addressee?|alias|rcpt|person|local part|login|name|inbox|mail drop|destination mailbox|(?:e-?mail )?address)|no (?:user|mailbox|account|one|recipient|mail ?box)\b[^\n]{0,30}(?:here|by that|with that|name)|this user doesn'?t|unknown (?:local[- ]part|local|to)|not a (?:known|valid) (?:user|mailbox|recipient|account|address)|can(?:'?t|not) find (?:user|mailbox|the (?:user|recipient|mailbox))|unable to (?:find|validate|verify)[^\n]{0,20}(?:user|recipient|mailbox|alias)|recipient (?:address )?(?:rejected|not accepted|verify failed)|verif(?:y|ication) (?:failed|failure)[^\n]{0,20}(?:recipient|address)|does not like recipient|sorry,? no mailbox|check the recipient'?s|couldn'?t be delivered[^\n]{0,60}(?:wasn'?t found|not found)|mailbox unavailable|access to this (?:account|address)|no mail ?box|not listed in[^\n]{0,30}(?:directory|address book|name)|not found in|unknown address|not in domino directory|(?:e-?mail account|email account) (?:that you tried|does not)|there is no (?:such|one)|user[^\n]{0,10}unknown|неизвестн|не найден|не существует|нет такого|такого пользователя|neexistuj|nebyla? nalezen|neznám[ýá] (?:u[zž]ivatel|adres)|nie (?:istnieje|znaleziono)|unbekannt|nicht gefunden|existiert nicht|n'existe pas|inconnue?|no existe|desconocido|non esiste|sconosciuto|δεν (?:υπάρχει|βρέθηκε)|onbekend|宛先/iu, 'userunknown'],
  [/(?:timed? ?out|expired|too long|time limit|retry (?:time|timeout)|delivery time|has been in the queue|giving up|gave up|retry time not reached|4[0-9]{1,2} hours?|queue too long|past the time|after (?:trying|\d+ (?:hours|days|minutes))|still being retried|will (?:keep|be|continue) (?:trying|retr)|not yet been delivered|delivery (?:is )?(?:delayed|temporarily)|(?:could|has) not be(?:en)? delivered (?:within|in) |couldn'?t be delivered within|has been delayed|вышло время|превышено время|časov|nepodařilo[^\n]{0,30}(?:hodin|dn)|bude opakován|opakovan)|connection timeout|mail for [^\n]{0,60} may be slow/iu, 'expired'],
  [/connection (?:refused|reset|lost|closed|died|dropped|was (?:dropped|closed))|(?:could|can|did|was|were|is|are|un) ?(?:not|n'?t|able to|able)[^\n]{0,20}(?:connect|establish|contact|reach(?:able|ed)?\b(?! the following| (?:the )?recipient))|network (?:is )?(?:unreachable|error|problem)|no route to host|lost connection|host (?:is )?(?:unreachable|not reachable|down)|too many hops|hop count|routing loop|mail (?:forwarding )?loop|loops? back to|loop(?:ing)? detected|message is looping|no (?:response|answer) from|failed to connect|broken pipe|i couldn'?t find a mail exchanger|conversation with[^\n]{0,40}(?:timed|lost)/i, 'networkerror'],
  [/(?:sender|from|mail from|envelope|return-?path|originator|your (?:e-?mail )?address)[^\n]{0,60}(?:reject|denied|refus|not (?:allow|accept|permit|verified|exist|valid|found|authori)|invalid|unknown|does(?:n'?t| not) (?:exist|resolve)|must|blocked|verify failed|not resolve|missing|bad)|unable to verify[^\n]{0,20}sender|5\.[17]\.8|you (?:are|do) not (?:authori[sz]ed|allowed|have permission) to send|not (?:authori[sz]ed|allowed|permitted) to send|invalid sender|fake sender|sender domain|domain of sender|access denied/i, 'rejected'],
  [/polic(?:y|ies)|prohibited|administrative(?:ly)? (?:prohibit|reject|denied)|not (?:allowed|permitted) (?:by|to)|permission|denied by|message (?:was )?(?:rejected|refused|blocked|denied)[^\n]{0,40}(?:due to|by|because|for)|attachment[^\n]{0,40}(?:not (?:allowed|accept)|blocked|prohibited|type)|security (?:policy|reasons|issues)|legal reasons|reject(?:ed)? (?:by|for) (?:policy|administrator|local)|restriction|closed mailing list|moderat|only (?:accept|members|subscribers)|unacceptable content|blocked (?:file|attachment|extension)|contains?[^\n]{0,20}(?:blocked|prohibited|forbidden)/i, 'policyviolation'],
  [/content[^\n]{0,40}(?:reject|filter|refus|not accept|unaccept)|(?:malformed|invalid|broken|improper|illegal|bare|missing)[^\n]{0,30}(?:mime|header|message|content|lf|line ?feed|boundary|encoding|date|message-id)|(?:mime|header|message content|rfc ?[25]?[38]?22)[^\n]{0,40}(?:malformed|invalid|error|reject|violat|complian)|charset|not (?:rfc|compliant)|rfc ?(?:5322|2822|822|5321|2821)/i, 'contenterror'],
  [/starttls|\btls\b|encryption (?:required|needed)|certificate/i, 'failedstarttls'],
  [/authentication (?:required|failed|failure|needed|credentials)|login (?:failed|required)|not authenticated|must (?:authenticate|log ?in)|535|password/i, 'securityerror'],
  [/system (?:resources|full|storage)|mail system[^\n]{0,20}full|system is full/i, 'systemfull'],
  [/lowest numbered mx|points? (?:back )?to (?:local|my)self|mx (?:record )?(?:points|list)[^\n]{0,40}(?:local|myself|own)|local (?:error|delivery|configuration)|(?:system|server|service|internal|resources?|configuration|software|mailbox|temporary|disk|i\/o)[^\n]{0,40}(?:error|fail\w*|problem|unavailable|not available|busy|fault|down|locked|temporarily)|try (?:again )?later|temporar(?:y|ily)|cannot (?:open|create|write|append)|can'?t (?:create|open|write)|unable to (?:deliver|process|open)[^\n]{0,20}(?:local|mailbox|file)|exceeded (?:maximum )?(?:number of )?(?:forward|hops|time)|service unavailable|not enough memory|out of memory/i, 'systemerror'],
  [/command (?:failed|output|rejected|not)|syntax error|protocol error|unrecogni[sz]ed command|bad sequence|unexpected (?:response|reply)|pipe|procmail|mailer (?:error|failed)|exit (?:status|code)|child (?:process|crashed)|program (?:failed|terminated)|unable to run/i, 'mailererror'],
  [/not accept(?:ed|ing)?|does not accept|refus(?:ed|al)|(?:server|host) (?:is )?not (?:accept|configured)/i, 'notaccept'],
  [/filter(?:ed|ing)?|because the recipient (?:is|has) (?:only )?(?:accepting|blocked)|due to[^\n]{0,20}(?:domain|recipient) (?:settings|restrictions?|filter)|not in (?:the )?(?:recipient'?s )?(?:white|allow) ?list|blocked by (?:user|recipient)|user reject/i, 'filtered'],
]

/** By the second and third number of the enhanced status (RFC 3463, 7372 and Exchange's own). */
const BY_STATUS: readonly (readonly [RegExp, string])[] = [
  [/^1\.(?:0|1|3|4|5|10)$/, 'userunknown'],
  [/^1\.2$/, 'hostunknown'],
  [/^1\.6$/, 'hasmoved'],
  [/^1\.(?:7|8)$/, 'rejected'],
  [/^1\.9$/, 'norelaying'],
  [/^(?:1\.90|2\.12\d)$/, 'speeding'],
  [/^2\.14$/, 'systemerror'],
  [/^2\.0$/, 'userunknown'],
  [/^2\.1$/, 'suspend'],
  [/^2\.2$/, 'mailboxfull'],
  [/^2\.3$/, 'toolarge'],
  [/^2\.4$/, 'filtered'],
  [/^3\.1$/, 'systemfull'],
  [/^3\.4$/, 'toolarge'],
  [/^3\./, 'systemerror'],
  [/^4\.(?:0|1|2|9)$/, 'networkerror'],
  [/^4\.5$/, 'speeding'],
  [/^4\.4$/, 'hostunknown'],
  [/^4\.(?:6|14)$/, 'networkerror'],
  [/^4\.(?:7|300|312|316|317)$/, 'expired'],
  [/^4\.310$/, 'hostunknown'],
  [/^5\.3$/, 'exceedlimit'],
  [/^5\./, 'mailererror'],
  [/^6\./, 'contenterror'],
  [/^7\.(?:2[0-7]|509|515)$/, 'authfailure'],
  [/^7\.25$/, 'requireptr'],
  [/^7\.(?:8|9|0|57|60|12[0-9])$/, 'securityerror'],
  [/^7\.(?:50\d|51\d|[6-8]\d\d)$/, 'blocked'],
  [/^7\.(?:12|13|12\d|13\d)$/, 'rejected'],
  [/^7\.(?:1|2|13\d|68)$/, 'policyviolation'],
  [/^7\./, 'policyviolation'],
  [/^9\./, 'undefined'],
]

const BY_CODE: Readonly<Record<string, string>> = { 421: 'expired', 450: 'onhold', 451: 'systemerror', 452: 'mailboxfull', 552: 'toolarge', 553: 'userunknown' }

/** Codes so particular that no wording beside them tells more. */
const CERTAIN = /^(?:1\.[1267]|1\.10|1\.90|2\.(?:[123]|12\d)|3\.4|7\.(?:2[0-7]|5\d\d|[6-8]\d\d))$/

/**
 * One word for it.
 *
 * @param status - the enhanced status, `5.1.1`
 * @param said - what the other server said
 * @param action - an undeliverable mail whose delay ran out is `expired` whatever the last answer was
 */
export function bounceReason(status: string | undefined, said: string, action: string): string {
  const inside = /(?:^|[\s#(<\[;:])[45]\.(\d{1,3}\.\d{1,3})(?![.\d])/.exec(said)?.[1]
  const codes = [status?.slice(2), inside].filter((code): code is string => Boolean(code) && !/^[05]\.0$|^0\./.test(code!))
  const byWords = wordOf(answerIn(said)) ?? wordOf(said)
  const certain = codes.find((code) => CERTAIN.test(code))
  if (certain && (!byWords || (byWords === 'hostunknown' && /^1\.(?:1|10|6)$/.test(certain)) || GENERAL.has(byWords) || SAME_FAMILY.get(certain)?.has(byWords) === false)) return byStatus(certain)!
  if (byWords) return byWords
  for (const code of codes) {
    if (action === 'delayed' && /^4\.[0147]$/.test(code)) return 'expired'
    const reason = byStatus(code)
    if (reason) return reason
  }
  if (action === 'delayed') return 'expired'
  const plain = /\b([45]\d\d)\b/.exec(said)?.[1]
  return (plain && BY_CODE[plain]) || (status?.startsWith('4') ? 'expired' : 'undefined')
}

/** Words that come with many causes: a particular code beats them. */
const GENERAL = new Set(['systemerror', 'mailererror', 'notaccept', 'policyviolation', 'rejected', 'filtered', 'expired', 'contenterror', 'securityerror', 'networkerror'])

/** What may stand beside a certain code and still be right; anything else is a turn of phrase. */
const SAME_FAMILY = new Map<string, Set<string>>([
  ['2.2', new Set(['mailboxfull', 'systemfull', 'speeding', 'toolarge', 'spam', 'suspend'])],
  ['3.4', new Set(['toolarge', 'mailboxfull'])],
  ['2.3', new Set(['toolarge', 'mailboxfull'])],
])

function wordOf(said: string): string | undefined {
  const words = withoutQuotes(said)
  return BY_WORDS.find(([pattern]) => pattern.test(words))?.[1]
}

/** From the server's own code on: what stands before it ("host mx1 … said") is our side's telling. */
function answerIn(said: string): string {
  const at = said.search(/(?:^|[\s'"(<:;#])[45]\d\d[ -](?:[45]\.\d{1,3}\.\d{1,3})?/)
  return at > 0 ? said.slice(at) : said
}

function byStatus(code: string): string | undefined {
  return BY_STATUS.find(([pattern]) => pattern.test(code))?.[1]
}

/** Addresses, links and what we wrote ourselves say nothing of the cause: `spam@` is no spam. */
function withoutQuotes(said: string): string {
  return said
    .slice(0, 4000)
    .replace(/https?:\/\/\S+/gi, ' ')
    .replace(/<?[^\s<>@]{1,100}@[^\s<>@]{1,100}>?/g, ' ')
    .replace(/\s+/g, ' ')
}
