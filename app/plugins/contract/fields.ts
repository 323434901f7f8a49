/* Settings: one declaration gives the type, the validator and the form. */

export interface Field<T> {
  readonly kind: 'text' | 'secret' | 'url' | 'number' | 'toggle' | 'choice'
  readonly required: boolean
  readonly default?: T
  readonly options?: readonly string[]
  /** Shown as several lines; a list of addresses, one a line. */
  readonly lines?: boolean
  /** Filled with random characters when an inbox is connected, for the admin to copy to the provider. */
  readonly generated?: boolean
  /** Only of use when the named field has this value; the form hides it otherwise. */
  readonly when?: { readonly field: string; readonly is: string | boolean }
  /** Carries the TypeScript type only; never set. */
  readonly type?: T
}

type Rules<T> = { required?: boolean; default?: T; when?: { field: string; is: string | boolean } }
type Value<T, R> = R extends { required: true } | { default: T } ? T : T | null

export type Fields = Record<string, Field<any>>
export type Values<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never }

/** The kinds of field. Labels and hints stand in the plugin's `lang/`: `settings.<name>.label`, `.hint`. */
export const field = {
  text<const R extends Rules<string> & { lines?: boolean; generated?: boolean }>(rules?: R): Field<Value<string, R>> {
    return make('text', rules)
  },
  /** Encrypted at rest, never rendered back; shown as "set · replace". */
  secret<const R extends Rules<string>>(rules?: R): Field<Value<string, R>> {
    return make('secret', rules)
  },
  url<const R extends Rules<string>>(rules?: R): Field<Value<string, R>> {
    return make('url', rules)
  },
  number<const R extends Rules<number>>(rules?: R): Field<Value<number, R>> {
    return make('number', rules)
  },
  toggle(rules: { default?: boolean; when?: { field: string; is: string | boolean } } = {}): Field<boolean> {
    return { kind: 'toggle', required: false, default: rules.default ?? false, when: rules.when }
  },
  choice<const O extends readonly string[]>(options: O, rules?: Rules<O[number]>): Field<O[number]> {
    return { ...make<O[number]>('choice', rules), options, default: rules?.default ?? options[0] }
  },
}

function make<T>(kind: Field<T>['kind'], rules: Rules<any> & { lines?: boolean; generated?: boolean } = {}): Field<any> {
  return { kind, required: rules.required ?? false, default: rules.default, lines: rules.lines, generated: rules.generated, when: rules.when }
}
