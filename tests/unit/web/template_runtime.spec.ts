import edge from 'edge.js'
import { test } from '@japa/runner'
import { attributesOf, escapeText, Props } from '#web/template_runtime'

const HOSTILE = `Re: "><img src=x hx-get='/admin'> & co`
const SAFE = 'Re: &quot;&gt;&lt;img src=x hx-get=&#x27;/admin&#x27;&gt; &amp; co'

test.group('Web | what templates are made of', () => {
  test('a text that somebody else wrote ends no attribute and begins no markup', async ({ assert }) => {
    const shown = await edge.renderRaw(
      `@!field.text({ name: 'subject', label: text, value: text, hint: text })
       @!field.select({ name: 'owner', label: text, value: text, options: [{ value: text, text }] })
       @!field.textarea({ name: 'body', label: text, value: text })
       @!field.check({ name: 'on', label: text, value: text })
       @!button({ text, title: text, name: text, value: text, tone: text })
       @!linkButton({ href: text, text, only: true })
       @!avatar({ name: text, title: text })
       @panel({ title: text, id: text })
       @end
       <p {{ html.attrs({ title: text, class: [text] }) }}>{{ text }}</p>`,
      { text: HOSTILE, flashMessages: null, t: (key: string) => key, asset: (name: string) => name }
    )
    assert.notInclude(shown, '<img')
    assert.isAbove(shown.split(SAFE).length, 12)
  })

  test('attributes are written as Edge writes them', ({ assert }) => {
    assert.equal(attributesOf({ 'type': 'text', 'required': true, 'disabled': false, 'value': '', 'maxlength': 5, 'data-on': 'x', 'aria-label': null }), 'type="text" required maxlength="5" data-on="x"')
    assert.equal(attributesOf({ class: ['a', null, { b: true, c: 0 }, ['d']] }), 'class="a b d"')
    assert.equal(attributesOf({ className: 'a', rel: ['x', 'y'], accept: ['.a', '.b'] }), 'class="a" rel="x y" accept=".a,.b"')
    assert.equal(attributesOf({ href: '/a?b=1&c=2' }), 'href="/a?b=1&amp;c=2"')
    assert.equal(escapeText('a `b`'), 'a &#x60;b&#x60;')
  })

  test('props give way to what a component adds, but for classes, which stand together', ({ assert }) => {
    const props = new Props({ 'class': 'mine', 'type': 'submit', 'aria-label': 'x' })
    assert.equal(props.except(['aria-label']).merge({ type: 'button', class: ['kit'], id: 'a' }).toAttrs().value, 'type="submit" class="kit mine" id="a"')
    assert.equal(props.mergeUnless(true, { id: 'a' }).only(['type', 'id']).toAttrs().value, 'type="submit"')
    assert.equal(props.get('missing', 'otherwise'), 'otherwise')
    assert.isFalse(props.has('toString'))
  })

  test('a component sees what its page shares, and leaves nothing behind in it', async ({ assert }) => {
    const shown = await edge.renderRaw(`@!presence({ state: word })\n@!chip({ text: 'a' })\n({{ typeof text }})`, { word: 'here' })
    assert.match(shown, /data-state="here"[^]*>a\s[^]*\(undefined\)/)
  })
})
