import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from '@japa/runner'

/*
 * The house rules that a machine can check: who may import whom, where SQL dialects may differ, and
 * that every word is said in every language (docs/architecture.md).
 */

const root = fileURLToPath(new URL('../../', import.meta.url))

/** What each domain's models, verbs and listeners may import of other domains. Everything may import support. */
const MAY_IMPORT: Record<string, string[]> = {
  support: [],
  people: [],
  customers: ['search/folding'],
  templates: [],
  tickets: ['customers', 'people', 'sla', 'templates', 'search/folding'],
  routing: ['tickets', 'people'],
  channels: ['tickets', 'customers', 'people', 'routing', 'automation', 'sla', 'calls', 'plugins', 'search/folding'],
  calls: ['tickets', 'customers', 'people', 'routing', 'plugins'],
  automation: ['tickets', 'routing', 'templates', 'plugins'],
  sla: [],
  satisfaction: ['tickets', 'people', 'templates'],
  notifications: ['people', 'tickets', 'channels', 'plugins'],
  knowledge: ['people', 'search'],
  search: ['tickets', 'customers', 'people', 'channels'],
  reporting: ['tickets', 'customers', 'people', 'channels', 'routing', 'search'],
  plugins: ['tickets', 'customers', 'people', 'channels', 'routing', 'calls', 'automation', 'search', 'knowledge'],
}

/** At the rim: they put domains together, and no domain knows them. */
const RIM = ['web', 'api', 'setup', 'demo']

interface Import {
  file: string
  line: number
  from: string
  domain: string | null
  path: string
}

const sources = (folder: string, suffix = '.ts') =>
  [...walk(join(root, folder))].filter((file) => file.endsWith(suffix) && !file.endsWith('.d.ts')).map((file) => relative(root, file))

function* walk(folder: string): Generator<string> {
  if (!existsSync(folder)) return
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* walk(path)
    else yield path
  }
}

const read = (file: string) => readFileSync(join(root, file), 'utf8')

/** Every import of a file, of types and at run time too. A relative one is told as the domain it leads into. */
function importsOf(file: string): Import[] {
  return read(file)
    .split('\n')
    .flatMap((text, index) => {
      const found = text.match(/(?:\bfrom\s+|\bimport\s+|\bimport\()['"]([^'"]+)['"]/)
      if (!found || /^\s*(\*|\/\/)/.test(text)) return []
      const from = found[1].startsWith('.') ? asAlias(file, found[1]) : found[1]
      const [, domain = null, path = ''] = from.match(/^#([a-z]+)\/(.+)$/) ?? []
      return [{ file, line: index + 1, from, domain, path }]
    })
}

function asAlias(file: string, specifier: string): string {
  const target = join(file, '..', specifier)
  const [, domain, path] = target.match(/^app\/([a-z]+)\/(.+?)(?:\.js)?$/) ?? []
  return domain ? `#${domain}/${path}` : target
}

const at = ({ file, line, from }: Import) => `${file}:${line} imports ${from}`

const isRim = (file: string) => {
  const domain = file.split('/')[1]
  return RIM.includes(domain) || /\/controllers\/|_controller\.ts$|\/routes\.ts$|_middleware\.ts$|_provider\.ts$|_policy\.ts$|\/panels\/|\/pages\//.test(file)
}

test.group('The house | who may import whom', () => {
  test('a domain imports only the domains below it', ({ assert }) => {
    const wrong = sources('app')
      .filter((file) => !isRim(file))
      .flatMap(importsOf)
      .filter(({ file, domain, path }) => {
        const own = file.split('/')[1]
        if (!domain || domain === own || !existsSync(join(root, 'app', domain)) || domain === 'support') return false
        return !MAY_IMPORT[own]?.some((allowed) => allowed === domain || allowed === `${domain}/${path}`)
      })
    assert.deepEqual(wrong.map(at), [])
  })

  test('every domain has its row in the table', ({ assert }) => {
    const domains = readdirSync(join(root, 'app'), { withFileTypes: true }).filter((entry) => entry.isDirectory() && sources(`app/${entry.name}`).length)
    assert.deepEqual(domains.map(({ name }) => name).filter((name) => !MAY_IMPORT[name] && !RIM.includes(name)), [])
  })

  test('support knows no domain but itself', ({ assert }) => {
    const wrong = sources('app/support').flatMap(importsOf).filter(({ domain }) => domain && !['support', 'start', 'config', 'generated', 'database'].includes(domain))
    assert.deepEqual(wrong.map(at), [])
  })

  test('controllers, validators and jobs are imported by nobody but routes and lists', ({ assert }) => {
    const wrong = sources('app')
      .filter((file) => !/\/(routes|listeners)\.ts$/.test(file))
      .flatMap(importsOf)
      .filter(({ file, domain, path }) => domain && domain !== file.split('/')[1] && /(^|\/)controllers\/|_controller$|_validators?$|_job$/.test(path))
    assert.deepEqual(wrong.map(at), [])
  })

  test('no part of the core imports a plugin', ({ assert }) => {
    const wrong = [...sources('app'), ...sources('start'), ...sources('config'), ...sources('commands'), ...sources('bin')]
      .flatMap(importsOf)
      .filter(({ from }) => /^plugins\/|\/plugins\/[a-z-]+\/plugin/.test(from))
    assert.deepEqual(wrong.map(at), [])
  })

  test('a plugin imports #plugin, packages and its own files', ({ assert }) => {
    const wrong = sources('plugins')
      .filter((file) => !file.includes('/tests/'))
      .flatMap(importsOf)
      .filter(({ file, from }) => {
        const own = file.split('/').slice(0, 2).join('/')
        if (from.startsWith('#')) return from !== '#plugin'
        if (from.startsWith('@adonisjs/')) return true
        return /^(app|plugins|config|start)\//.test(from) && !from.startsWith(`${own}/`)
      })
    assert.deepEqual(wrong.map(at), [])
  })
})

test.group('The house | what only one place may do', () => {
  test('only routing makes somebody responsible', ({ assert }) => {
    const wrong = [...sources('app'), ...sources('commands')].filter((file) => !file.startsWith('app/routing/') && /\.assignTo\(/.test(read(file)))
    assert.deepEqual(wrong, [])
  })

  test('dialects of SQL differ in app/search/index alone', ({ assert }) => {
    const dialect = /\b(strftime|julianday|to_tsvector|to_tsquery|tsvector|json_extract|jsonb_|jsonb\b|ilike|group_concat|string_agg|date_trunc|fts5|PRAGMA|pg_\w+\()\b/i
    const wrong = sources('app')
      .filter((file) => !file.startsWith('app/search/index'))
      .flatMap((file) => lines(file).filter(({ text }) => dialect.test(text)).map(({ line, text }) => `${file}:${line} ${text.trim()}`))
    assert.deepEqual(wrong, [])
  })

  test('only start/env.ts and the launchers read process.env', ({ assert }) => {
    const wrong = [...sources('app'), ...sources('config'), ...sources('plugins'), ...sources('commands')]
      .filter((file) => !file.includes('/tests/') && file !== 'config/database.ts')
      .flatMap((file) => lines(file).filter(({ text }) => text.includes('process.env')).map(({ line }) => `${file}:${line}`))
    assert.deepEqual(wrong, [])
  })

  test('the time of the domain comes from #support/clock', ({ assert }) => {
    const wrong = [...sources('app'), ...sources('plugins')]
      .filter((file) => file !== 'app/support/clock.ts' && !file.includes('/tests/'))
      .flatMap((file) => lines(file).filter(({ text }) => /DateTime\.(now|utc|local)\(\)/.test(text)).map(({ line }) => `${file}:${line}`))
    assert.deepEqual(wrong, [])
  })

  test('no drawer for odds and ends', ({ assert }) => {
    const wrong = ['app', 'plugins', 'resources', 'commands']
      .flatMap((folder) => [...walk(join(root, folder))].map((file) => relative(root, file)))
      .filter((file) => /(^|\/)(utils?|services?|helpers?|common|misc)(\/|\.ts$)/.test(file))
    assert.deepEqual(wrong, [])
  })
})

const lines = (file: string) =>
  read(file)
    .split('\n')
    .map((text, index) => ({ text, line: index + 1 }))
    .filter(({ text }) => !/^\s*(\*|\/\*|\/\/)/.test(text))

test.group('The house | every word in every language', () => {
  const words = { en: dictionary('en'), cs: dictionary('cs') }

  test('English and Czech say the same things', ({ assert }) => {
    assert.deepEqual([...words.en.keys()].filter((key) => !words.cs.has(key)), [], 'missing in Czech')
    assert.deepEqual([...words.cs.keys()].filter((key) => !words.en.has(key)), [], 'missing in English')
  })

  test('no phrase is empty, and both languages take the same values', ({ assert }) => {
    const wrong = [...words.en].filter(([key, phrase]) => !phrase.trim() || places(phrase).join() !== places(words.cs.get(key) ?? '').join())
    assert.deepEqual(wrong.map(([key, phrase]) => `${key}: ${phrase} | ${words.cs.get(key)}`), [])
  })

  test('every phrase that is asked for is there', ({ assert }) => {
    const asked = [
      ...[...sources('resources/views', '.edge'), ...sources('plugins', '.edge')].flatMap((file) => keysIn(file, /\bt\(\s*'([^']+)'/g)),
      ...[...sources('app'), ...sources('plugins')].filter((file) => !file.includes('/tests/')).flatMap((file) => [
        ...keysIn(file, /(?:\b(?:i18n|say)\.t|\bt|formatMessage)\(\s*'([a-z_]+\.[^']+)'/g),
        ...keysIn(file, /new DomainError\(\s*'([^']+)'/g),
      ]),
    ]
    assert.deepEqual(asked.filter(({ key }) => !words.en.has(key)).map(({ file, key }) => `${file}: ${key}`), [])
  })
})

/** All phrases of a language by their dotted keys: the core's and the plugins', which carry the plugin's id in front. */
function dictionary(language: string): Map<string, string> {
  const phrases = new Map<string, string>()
  const add = (value: unknown, key: string) => {
    if (typeof value === 'string') phrases.set(key, value)
    else for (const [name, inner] of Object.entries(value as object)) add(inner, `${key}.${name}`)
  }
  for (const file of sources(`resources/lang/${language}`, '.json')) add(JSON.parse(read(file)), relative(`resources/lang/${language}`, file).replace(/\.json$/, '').replaceAll('/', '.'))
  for (const file of sources('plugins', '.json')) {
    const [, plugin] = file.match(new RegExp(`^plugins/([a-z-]+)/lang/${language}\\.json$`)) ?? []
    if (plugin) add(JSON.parse(read(file)), plugin)
  }
  return phrases
}

function keysIn(file: string, pattern: RegExp) {
  return [...read(file).matchAll(pattern)].map(([, key]) => ({ file, key })).filter(({ key }) => !key.endsWith('.'))
}

/** The names of the values that an ICU phrase takes, each once, in order of the alphabet. */
function places(phrase: string): string[] {
  const names = new Set<string>()
  let depth = 0
  for (let index = 0; index < phrase.length; index++) {
    if (phrase[index] === '}') depth--
    if (phrase[index] !== '{') continue
    depth++
    // A brace at an odd depth opens an argument; one at an even depth opens a branch of plural or select.
    const name = phrase.slice(index).match(/^\{\s*(\w+)\s*[,}]/)
    if (depth % 2 === 1 && name) names.add(name[1])
  }
  return [...names].sort()
}
