import { simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

/** A mail of the shop that has arrived at its customer. */
export interface Delivered {
  readonly to: string
  readonly from: string
  readonly subject: string
  readonly text: string
  readonly messageId: string
  readonly references: readonly string[]
}

/** Where all mail of the demo goes: a mail server on this machine's loopback that keeps nothing. */
export class Sink {
  #server: SMTPServer

  constructor(arrived: (mail: Delivered) => void) {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      disableReverseLookup: true,
      // A pooled connection of the shop would keep the sink from closing.
      closeTimeout: 300,
      banner: 'The demo keeps all mail to itself',
      onData: (stream, session, done) => {
        // Once the mail is accepted, the session forgets for whom it was.
        const to = session.envelope.rcptTo[0]?.address ?? ''
        simpleParser(stream, { skipImageLinks: true }).then((mail) => {
          done()
          arrived({
            to,
            from: mail.from?.value[0]?.address ?? '',
            subject: mail.subject ?? '',
            text: mail.text ?? '',
            messageId: mail.messageId ?? '',
            references: [mail.references ?? []].flat(),
          })
        }, done)
      },
    })
    this.#server.on('error', () => {})
  }

  /** Starts to listen on a free port of the loopback; returns the port. */
  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return (this.#server.server.address() as { port: number }).port
  }

  async close() {
    await new Promise<void>((resolve) => this.#server.close(resolve))
  }
}
