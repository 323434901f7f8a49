import type { Tools } from '#plugin'

/*
 * Where the two big providers give out tokens (contracts/channels/07a, "Providers"). The base addresses come
 * from the environment, so that a fake can stand in.
 */

type Tls = 'tls' | 'starttls' | 'none'

type Named = Pick<Tools, 'environment'>

export interface Provider {
  readonly id: 'google' | 'microsoft'
  readonly name: string
  readonly imap: { readonly host: string; readonly tls: Tls }
  readonly smtp: { readonly host: string; readonly tls: Tls }
  readonly scope: string
  /** What the consent page is asked besides: for a refresh token, and for a new one each time. */
  readonly extra: Readonly<Record<string, string>>
  authorize(tools: Named, tenant: string): string
  token(tools: Named, tenant: string): string
}

const base = (tools: Named, name: string, vendor: string) => tools.environment(name, vendor).replace(/\/$/, '')
const microsoft = (tools: Named) => base(tools, 'MICROSOFT_LOGIN_URL', 'https://login.microsoftonline.com')

export const providers: Readonly<Record<string, Provider | undefined>> = {
  google: {
    id: 'google',
    name: 'Google',
    imap: { host: 'imap.gmail.com', tls: 'tls' },
    smtp: { host: 'smtp.gmail.com', tls: 'tls' },
    scope: 'https://mail.google.com/',
    extra: { access_type: 'offline', prompt: 'consent' },
    authorize: (tools) => `${base(tools, 'GOOGLE_ACCOUNTS_URL', 'https://accounts.google.com')}/o/oauth2/v2/auth`,
    token: (tools) => `${base(tools, 'GOOGLE_TOKEN_URL', 'https://oauth2.googleapis.com')}/token`,
  },
  microsoft: {
    id: 'microsoft',
    name: 'Microsoft 365',
    imap: { host: 'outlook.office365.com', tls: 'tls' },
    smtp: { host: 'smtp.office365.com', tls: 'starttls' },
    scope: 'offline_access https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send',
    extra: { prompt: 'select_account' },
    authorize: (tools, tenant) => `${microsoft(tools)}/${encodeURIComponent(tenant)}/oauth2/v2.0/authorize`,
    token: (tools, tenant) => `${microsoft(tools)}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`,
  },
}
