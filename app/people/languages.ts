/** The languages that the desk itself speaks. */
export const LANGUAGES = ['en', 'cs'] as const

/** Each in its own words, as a list of choices. */
export const languageOptions = () => [
  { value: 'en', text: 'English' },
  { value: 'cs', text: 'Čeština' },
]
