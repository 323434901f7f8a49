import { field } from '#plugin'

/** Of the whole plugin: where our own SMTP server listens (off without a port), and what is too big: a file of 60 MB travels as 83. */
export const settings = {
  listenerPort: field.number(),
  listenerHost: field.text({ default: '127.0.0.1' }),
  maxMessageMb: field.number({ default: 96 }),
}
