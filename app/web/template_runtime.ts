import edge, { Template } from 'edge.js'

/*
 * What a compiled page asks Edge for thousands of times: escaping, the state of a component, its attributes. Edge 6.5
 *
 * - does not escape attributes that a component writes from its props (its own comment says that it does), so a
 *   subject with a quote in it could end an attribute and begin markup of its own;
 * - copies everything that all templates share for each component, which was a tenth of a page.
 *
 * Both are done here. Attributes are named by Edge still: it is asked once for each name.
 */

type Values = Record<string, any>

const ESCAPES: Record<string, string> = { '"': '&quot;', '&': '&amp;', "'": '&#x27;', '<': '&lt;', '>': '&gt;', '`': '&#x60;' }
const UNSAFE = /["&'<>`]/
const ALL_UNSAFE = /["&'<>`]/g
const SafeValue = edge.globals.html.safe('').constructor as new (value: string) => { value: string }

/** Text as it may stand in markup and in attributes. */
export function escapeText(text: string): string {
  return UNSAFE.test(text) ? text.replace(ALL_UNSAFE, (sign) => ESCAPES[sign]) : text
}

function escape(input: unknown): string {
  if (typeof input === 'string') return escapeText(input)
  return input instanceof SafeValue ? input.value : escapeText(String(input))
}

/** The words of `class`: strings, and objects of words that stand there or not. */
function classes(value: unknown): string {
  if (Array.isArray(value)) return value.map(classes).filter(Boolean).join(' ')
  if (value && typeof value === 'object') return Object.keys(value).filter((name) => (value as Values)[name]).join(' ')
  return value ? String(value) : ''
}

interface Attribute {
  readonly name: string
  readonly separator: string
}

const edgeAttributes = edge.globals.html.attrs as (values: Values) => { value: string }
const attributes = new Map<string, Attribute>()

function attributeOf(key: string): Attribute {
  const known = attributes.get(key)
  if (known) return known
  const [, name, list] = /^(.*?)="(.*)"$/s.exec(edgeAttributes({ [key]: key === 'class' ? 'a' : ['a', 'b'] }).value)!
  const attribute = { name, separator: list === 'a,b' ? ',' : ' ' }
  attributes.set(key, attribute)
  return attribute
}

/** Values as attributes, escaped; those that are false, empty or missing are left out. */
export function attributesOf(values: Values): string {
  let text = ''
  for (const key in values) {
    const value = values[key]
    if (!value) continue
    const { name, separator } = attributeOf(key)
    text += text === '' ? name : ` ${name}`
    if (value === true) continue
    text += `="${escapeText(key === 'class' ? classes(value) : Array.isArray(value) ? value.join(separator) : String(value))}"`
  }
  return text
}

/** `$props` in a component: what it was given, and the rest of it as attributes. */
export class Props {
  constructor(private readonly values: Values) {}

  all(): Values {
    return this.values
  }

  has(key: string): boolean {
    return Object.hasOwn(this.values, key)
  }

  get(key: string, otherwise?: unknown): any {
    const value = this.values[key]
    return value === undefined ? otherwise : value
  }

  only(keys: readonly string[]): Props {
    return new Props(Object.fromEntries(keys.filter((key) => key in this.values).map((key) => [key, this.values[key]])))
  }

  except(keys: readonly string[]): Props {
    const rest: Values = {}
    for (const key in this.values) if (!keys.includes(key)) rest[key] = this.values[key]
    return new Props(rest)
  }

  /** Adds what is not given; classes stand beside each other. */
  merge(values: Values): Props {
    const merged = { ...values, ...this.values }
    if (values.class && this.values.class) merged.class = [values.class, this.values.class]
    return new Props(merged)
  }

  mergeIf(condition: unknown, values: Values): Props {
    return condition ? this.merge(values) : this
  }

  mergeUnless(condition: unknown, values: Values): Props {
    return condition ? this : this.merge(values)
  }

  toAttrs() {
    return new SafeValue(attributesOf(this.values))
  }
}

/** What all templates of a page share, once for each page. */
const shared = new WeakMap<Template, Values>()
const copyState = Template.prototype.getComponentState

function sharedBy(template: Template): Values {
  let base = shared.get(template)
  if (!base) shared.set(template, (base = copyState.call(template, {}, {}, NOWHERE)))
  return base
}

const NOWHERE = { filename: '', line: 0, col: 0 }

Template.prototype.escape = escape

Template.prototype.getComponentState = function (props, slots, caller) {
  return Object.assign(Object.create(sharedBy(this)), props, { $slots: slots, $caller: caller, $props: new Props(props) })
}

/** Edge looks through the whole page for the line that ends it. */
Template.prototype.render = function (this: Template, name: string, state: Values) {
  const compiled = this.compileComponent(name)
  const own = Object.assign(Object.create(sharedBy(this)), state)
  const finish = (output: string) => this.stacks.fillPlaceholders(withoutOuterLines(output))
  const drawn = compiled(this, own, {}) as string | Promise<string>
  return typeof drawn === 'string' ? finish(drawn) : drawn.then(finish)
} as typeof Template.prototype.render

function withoutOuterLines(text: string): string {
  const begin = text.startsWith('\n') ? 1 : text.startsWith('\r\n') ? 2 : 0
  const end = text.endsWith('\r\n') ? 2 : text.endsWith('\n') ? 1 : 0
  return text.slice(begin, text.length - end)
}

edge.globals.html.escape = escape
edge.globals.html.attrs = (values: Values) => new SafeValue(attributesOf(values))
