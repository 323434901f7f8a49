import type { Health, Reason } from '#plugin'
import { isWeb, type WhatsappInbox } from '../config.js'
import { ATTENTION_AFTER } from './keeper.js'
import type { SessionState } from './session.js'
import { wish } from './wish.js'

/*
 * How the session is, for pages of any process: kept as a row by the one that has it.
 */

const GOOD = ['connected', 'loading', 'syncing', 'starting', 'resting']
const TONES: Readonly<Record<string, string>> = { connected: 'done', scan: 'soon', code: 'soon', asking: 'info', loading: 'info', syncing: 'info', starting: 'info', resting: 'info', off: 'info' }

const kept = new Map<number, string>()

/** Writes the state down when it has changed. A code to scan opens the account, so it goes as soon as it is of no use. */
export async function keepState(state: SessionState, failures: number, inbox: WhatsappInbox) {
  const text = JSON.stringify({ ...state, failures })
  if (kept.get(inbox.id) === text) return
  await inbox.store.put('session', text)
  kept.set(inbox.id, text)
}

async function stateOf(inbox: WhatsappInbox): Promise<SessionState & { failures: number }> {
  return JSON.parse((await inbox.store.get('session')) ?? '{"name":"off","failures":0}')
}

/** The state in words: `state.<name>`; after several failures, that a person should look. */
export function stateWords(state: SessionState, failures: number): Reason {
  const key = state.name === 'failed' && failures >= ATTENTION_AFTER ? 'state.attention' : `state.${state.name}`
  return { key, values: { percent: state.percent ?? 0, failures }, ...(state.detail ? { detail: state.detail } : {}) }
}

export function healthOf(state: SessionState, failures: number): Health {
  return GOOD.includes(state.name) ? { ok: true } : { ok: false, reason: stateWords(state, failures) }
}

/** What the last word of the session was; nothing is started for it. */
export async function checkWeb(inbox: WhatsappInbox): Promise<Health> {
  if (!inbox.config['web.understood']) return healthOf({ name: 'notAllowed' }, 0)
  const { failures, ...state } = await stateOf(inbox)
  // A new inbox is off until its first turn, which is no fault.
  return state.name === 'off' ? { ok: true } : healthOf(state, failures)
}

/** The part of the inbox's page that shows it, for the view `session`. */
export async function sessionPanel(inbox: WhatsappInbox): Promise<object> {
  if (!isWeb(inbox.config)) return { web: false }
  const { failures, ...state } = await stateOf(inbox)
  const words = stateWords(state, failures) as { key: string; values: Record<string, number>; detail?: string }
  return {
    web: true,
    name: state.name,
    tone: TONES[state.name] ?? 'late',
    key: `whatsapp.${words.key}`,
    values: words.values,
    detail: words.detail ?? null,
    code: state.qr ? await drawn(state.qr) : null,
    typed: state.code ? `${state.code.slice(0, 4)}-${state.code.slice(4)}` : null,
    number: inbox.config.number,
    acts: ACTS[state.name] ?? [],
    tellsHealth: true,
    reveals: Boolean(state.qr || state.code),
  }
}

/** What can be asked for in a state, by the names of the panel's acts. */
const ACTS: Readonly<Record<string, readonly (keyof typeof sessionActs)[]>> = {
  scan: ['code'],
  asking: ['scan'],
  code: ['scan'],
  noCode: ['code', 'scan'],
  failed: ['start'],
  blocked: ['start'],
  conflict: ['start'],
  loggedOut: ['start'],
}

export const sessionActs = {
  code: (inbox: WhatsappInbox) => wish('code', inbox),
  scan: (inbox: WhatsappInbox) => wish('scan', inbox),
  start: (inbox: WhatsappInbox) => wish('start', inbox),
}

/** A picture as a data address: the page shows it as an image, never as markup. */
async function drawn(text: string): Promise<string> {
  const { default: QRCode } = await import('qrcode')
  const svg = await QRCode.toString(text, { type: 'svg', margin: 2, errorCorrectionLevel: 'L' })
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
}
