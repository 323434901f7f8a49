import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import { asksNothing, parseQuery } from '#search/query'
import { marked, snippetOf } from '#search/snippet'

const nothing = { terms: [], tags: [], statuses: [], owners: [], inboxes: [], after: null, before: null, hasAttachment: false, number: null }
const word = (text: string, where = 'anywhere', prefix = true) => ({ tokens: text.split(' '), prefix, in: where })

test.group('Search | query language', () => {
  test('words, phrases and what belongs together', ({ assert }) => {
    assert.deepEqual(parseQuery('Reklamace "Modrý hrnek" 2026-00123 na').terms, [word('reklamace'), word('modry hrnek', 'anywhere', false), word('2026 00123'), word('na', 'anywhere', false)])
    assert.deepEqual(parseQuery('jana@posta.cz').terms, [word('jana posta cz', 'anywhere', false)])
    assert.deepEqual(parseQuery('„v uvozovkách“').terms, [word('v uvozovkach', 'anywhere', false)])
  })

  test('operators', ({ assert }) => {
    const query = parseQuery('from:Jana to:"Info Shop" subject:hrnek tag:vratka status:open owner:me in:info before:2026-11-10 after:1.11.2026 has:attachment', 'Europe/Prague')
    assert.deepEqual(query, {
      ...nothing,
      terms: [word('jana', 'sender'), word('info shop', 'recipient', false), word('hrnek', 'subject')],
      tags: ['vratka'],
      statuses: ['open'],
      owners: ['me'],
      inboxes: ['info'],
      before: DateTime.fromISO('2026-11-10', { zone: 'Europe/Prague' }).toMillis(),
      after: DateTime.fromISO('2026-11-01', { zone: 'Europe/Prague' }).toMillis(),
      hasAttachment: true,
    })
    assert.deepEqual(parseQuery('tag:"po splatnosti" OWNER:Novák').tags, ['po splatnosti'])
  })

  test('what is not an operator is plain text', ({ assert }) => {
    for (const text of ['colour:red', 'status:nonsense', 'before:yesterday', 'has:wings', 'before:32.13.2026', 'from:', 'https://shop.test/a?b=c', 'from:"', ':x', 'a:b:c']) {
      const query = parseQuery(text)
      assert.deepEqual({ ...query, terms: [] }, nothing, text)
    }
    assert.deepEqual(parseQuery('colour:red').terms, [word('colour red')])
    assert.deepEqual(parseQuery('status:nonsense').terms, [word('status nonsense')])
  })

  test('a number may be a ticket', ({ assert }) => {
    assert.deepEqual(parseQuery('#4812').number, { id: 4812, certain: true })
    assert.deepEqual(parseQuery(' 4812 ').number, { id: 4812, certain: false })
    for (const text of ['4812 hrnek', '#', '12345678901', '4812-1']) assert.isNull(parseQuery(text).number, text)
  })

  test('nothing asked is nothing asked', ({ assert }) => {
    for (const text of ['', '   ', '"', '""', '***', '(((', '- -', "';--", '„“']) assert.isTrue(asksNothing(parseQuery(text)), text)
    for (const text of ['a', 'tag:x', 'has:attachment', '#1']) assert.isFalse(asksNothing(parseQuery(text)), text)
  })
})

test.group('Search | snippet', () => {
  const show = (segments: { text: string; hit: boolean }[]) => segments.map(({ text, hit }) => (hit ? `[${text}]` : text)).join('')

  test('marks the words as they were written', ({ assert }) => {
    assert.equal(show(marked('Příliš žluťoučký KŮŇ', parseQuery('zlut "kun"').terms)), 'Příliš [žluťoučký] [KŮŇ]')
    assert.equal(show(marked('Łódź', parseQuery('lodz').terms)), '[Łódź]')
    assert.equal(show(marked('Café'.normalize('NFD'), parseQuery('cafe').terms)), `[${'Café'.normalize('NFD')}]`)
  })

  test('shows the place where they are', ({ assert }) => {
    const text = `${'slovo '.repeat(100)}hrnek ${'dál '.repeat(100)}`
    const snippet = show(snippetOf(text, parseQuery('hrnek').terms))
    assert.match(snippet, /^… slovo .*\[hrnek\] dál .* …$/)
    assert.isBelow(snippet.length, 200)
  })

  test('keeps markup as text: escaping is for whoever shows it', ({ assert }) => {
    assert.deepEqual(marked('<b>hrnek</b>', parseQuery('hrnek').terms), [
      { text: '<b>', hit: false },
      { text: 'hrnek', hit: true },
      { text: '</b>', hit: false },
    ])
    assert.deepEqual(snippetOf('', parseQuery('x').terms), [])
  })
})
