import { randomUUID } from 'node:crypto'
import logger from '@adonisjs/core/services/logger'
import db from '@adonisjs/lucid/services/db'
import MailComposer from 'nodemailer/lib/mail-composer/index.js'
import { accept } from '#channels/inbound/gateway'
import Inbox from '#channels/inbox'
import { pluginRegistry } from '#plugins/registry'
import { now } from '#support/clock'
import { inWords } from './calendar.js'
import { demo, demoAddress } from './desk.js'
import { Dice } from './dice.js'
import { draw } from './files.js'
import { SHARES, SITUATIONS, fill, genderOf, letter, quoted, shortLetter, valuesFor } from './letters.js'
import { languageOf, somebody, type Correspondent } from './people.js'
import { Sink, type Delivered } from './sink.js'
import { ANSWERS } from './small_talk.js'

interface Pace {
  /** Between two letters of customers; ms, from and to. */
  readonly letters: readonly [number, number]
  /** Until a customer answers the shop; ms, from and to. */
  readonly answers: readonly [number, number]
}

const LIVELY: Pace = { letters: [20_000, 40_000], answers: [15_000, 60_000] }
const LOCALS = { info: 'info', claims: 'reklamace', wholesale: 'velkoobchod', abroad: 'export' } as const

/**
 * The customers of the demo: they write new letters and answer what the shop's agents send. Their
 * mail goes through the real gateway, as bytes; the shop's mail ends in a sink on this machine.
 */
export class OutsideWorld {
  readonly #dice: Dice
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #sink = new Sink((mail) => this.#later(this.pace.answers, () => this.answer(mail)))
  #ended = false

  constructor(
    readonly pace: Pace = LIVELY,
    seed = now().toMillis()
  ) {
    this.#dice = new Dice(seed)
  }

  async begin() {
    await this.#pointAtSink(await this.#sink.listen())
    this.#later([6000, 10_000], () => this.#goOn())
  }

  async end() {
    this.#ended = true
    for (const timer of this.#timers) clearTimeout(timer)
    await this.#sink.close()
  }

  /** Somebody has a reason to write. */
  async write() {
    const dice = this.#dice
    const { language } = dice.weigh(SHARES)
    const situation = dice.weigh(SITUATIONS[language])
    const values = valuesFor(language, dice)
    const opening = fill(dice.pick(situation.opens), values)
    const gender = genderOf(opening) ?? (dice.chance(0.5) ? 'woman' : 'man')
    const writer = situation.from ? { ...situation.from, language, gender } : somebody(language, gender, dice)
    const attachments = situation.files?.includes('photo') && dice.chance(0.7) ? [draw('photo', values.order, dice.between(1, 1_000_000))] : []
    await this.#post(writer, demoAddress(LOCALS[situation.inbox]), {
      subject: fill(dice.pick(situation.subjects), values),
      text: letter(opening, writer, dice),
      attachments: attachments.map(({ name, type, bytes }) => ({ filename: name, contentType: type, content: bytes })),
      headers: situation.category === 'newsletter' ? { 'List-Unsubscribe': `<mailto:${writer.address}>`, 'Precedence': 'bulk' } : {},
    })
  }

  /** The customer to whom the shop has written reads it and answers, quoting. */
  async answer(mail: Delivered) {
    const customer = await db.from('addresses').join('customers', 'customers.id', 'addresses.customer_id').where('addresses.value', mail.to).select('customers.name').first()
    const writer: Correspondent = { name: customer?.name || mail.to, address: mail.to, language: languageOf(mail.to), gender: 'woman' }
    const words = shortLetter(this.#dice.pick(ANSWERS[writer.language]), writer, this.#dice)
    await this.#post(writer, mail.from, {
      subject: /^re:/i.test(mail.subject) ? mail.subject : `Re: ${mail.subject}`,
      text: `${words}\n\n${quoted(mail.text.slice(0, 1500), mail.from, inWords(now().toMillis()), writer.language)}`,
      inReplyTo: mail.messageId,
      references: [...mail.references, mail.messageId],
    })
  }

  async #post(writer: Correspondent, to: string, mail: ConstructorParameters<typeof MailComposer>[0]) {
    const inbox = await Inbox.query().where('address', to).whereNull('deleted_at').first()
    if (!inbox) return
    const messageId = `<${randomUUID()}@${writer.address.split('@')[1]}>`
    const body = await new MailComposer({ ...mail, from: { name: writer.name, address: writer.address }, to, messageId, date: now().toJSDate() }).compile().build()
    await accept(inbox, [{ externalId: messageId, type: 'message/rfc822', at: now(), body }], { via: 'demo' })
  }

  async #goOn() {
    this.#later(this.pace.letters, () => this.#goOn())
    await this.write()
  }

  /** Does something in a while. What fails is told to the log and does not end the world. */
  #later([from, to]: readonly [number, number], deed: () => Promise<void>) {
    if (this.#ended) return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      deed().catch((error: Error) => logger.warn({ err: error }, 'A customer of the demo could not write'))
    }, this.#dice.between(from, to))
    this.#timers.add(timer)
  }

  /** Whatever an inbox was told before: its mail leaves to the sink, and it fetches from nowhere. */
  async #pointAtSink(port: number) {
    for (const inbox of await Inbox.query().where('channel', 'email').whereNull('deleted_at')) {
      if (!pluginRegistry.channel(inbox.channel)) continue
      await inbox.change({ config: { address: inbox.address, imap: null, smtp: { host: '127.0.0.1', port, tls: 'none', username: null, password: null } } }, demo(null))
    }
  }
}
