import type { ChannelDriver } from './channel.js'
import type { Desk, JobData, Panel } from './desk.js'
import type { DomainEvent, DomainEvents } from './events.js'
import type { Fields } from './fields.js'
import type { Accounting, Action, Crm, Shipments, Shop, Telephony } from './integrations.js'
import type { PublicRoutes, Routes } from './routes.js'
import type { Health } from './travel.js'

/* The manifest: the whole plugin on a page. */

export interface Plugin<S extends Fields> {
  readonly id: string
  /** One of the desk's own icons (resources/icons.svg), shown where the channel or plugin is named. */
  readonly icon?: string
  readonly needs: { readonly helpdesk: string; readonly plugins?: readonly string[] }
  readonly settings?: S
  /** `many`: the settings may be filled several times (two e-shops); each filling is a named connection with a desk of its own. */
  readonly connections?: 'one' | 'many'
  readonly channel?: ChannelDriver<any>
  readonly shop?: Shop<S>
  readonly crm?: Crm<S>
  readonly accounting?: Accounting<S>
  readonly telephony?: Telephony<any>
  readonly shipments?: Shipments<S>
  /** Declared like settings: one line gives the rule condition, the template variable and the label. */
  readonly facts?: Fields
  readonly actions?: Record<string, Action<S>>
  readonly panels?: Record<string, Panel<S>>
  readonly on?: { readonly [N in keyof DomainEvents]?: (event: DomainEvent<N>, desk: Desk<S>) => Promise<void> }
  readonly jobs?: Record<string, (data: JobData, desk: Desk<S>) => Promise<void>>
  readonly schedule?: Record<string, { readonly everyMinutes: number }>
  /**
   * Work that lasts as long as the process (an SMTP listener, a phone socket). The host starts it in one
   * worker at a time, starts it again after a fault, and ends it by the signal. It must settle then.
   */
  readonly daemons?: Record<string, (desk: Desk<S>, signal: AbortSignal) => Promise<void>>
  readonly routes?: {
    readonly agents?: (routes: Routes<S>) => void
    readonly hooks?: (routes: Routes<S>) => void
    readonly public?: (routes: PublicRoutes<S>) => void
  }
  check?(desk: Desk<S>): Promise<Health>
}

/** Describes a plugin. Data and functions, no work at import: any page may load it safely. */
export function definePlugin<const S extends Fields = {}>(plugin: Plugin<S>): Plugin<S> {
  return plugin
}
