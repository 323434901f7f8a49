/**
 * What came speaks of something that is not known yet: a receipt that overtook the answer of the call that sent the
 * message, a reaction that overtook its message. It is tried again; when nothing ever comes it is set aside.
 */
export class TooEarly extends Error {
  /** @param reason - words of `gateway.*`, if it is set aside in the end */
  constructor(
    readonly reason: string,
    message: string
  ) {
    super(message)
  }
}
