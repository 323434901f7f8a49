import { createHash, randomBytes } from 'node:crypto'

/** A secret that cannot be guessed, in letters that survive a link: 256 bits. */
export function makeSecret() {
  return randomBytes(32).toString('base64url')
}

/** What we keep of a secret: who reads the table cannot use it. Such secrets need no slow hash. */
export function digest(secret: string) {
  return createHash('sha256').update(secret).digest('hex')
}
