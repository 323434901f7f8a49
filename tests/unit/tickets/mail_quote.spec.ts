import { test } from '@japa/runner'
import { sanitiseMail } from '#tickets/mail_html'
import { foldQuote } from '#tickets/mail_quote'

const fold = (html: string) => foldQuote(sanitiseMail(html).html!)
const words = (html: string) => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ').trim()

test.group('Quoted history in HTML mail (R036)', () => {
  for (const [program, html] of [
    ['Gmail', '<div dir="ltr">Děkuji</div><br><div class="gmail_quote"><div class="gmail_attr">Dne 1. 2. napsal:</div><blockquote class="gmail_quote">Staré</blockquote></div>'],
    ['Apple Mail', '<div>Děkuji</div><blockquote type="cite"><div>Staré</div></blockquote>'],
    ['Thunderbird', '<p>Děkuji</p><div class="moz-cite-prefix">Dne napsal:</div><blockquote type="cite" cite="mid:x">Staré</blockquote>'],
    ['Outlook', `<div class="WordSection1"><p>Děkuji</p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p><b>From:</b> Staré</p></div></div><p>Staré</p></div>`],
    ['Outlook on the web', '<div>Děkuji</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Staré</div><div>Staré</div>'],
    ['Yahoo', '<div>Děkuji</div><div id="yahoo_quoted_123" class="yahoo_quoted"><div>Staré</div></div>'],
    ['Proton', '<div>Děkuji</div><div class="protonmail_quote">Staré<blockquote type="cite">Staré</blockquote></div>'],
  ]) {
    test(`is folded below the answer: ${program}`, ({ assert }) => {
      const folded = fold(html)
      assert.equal(words(folded!.before + folded!.after), 'Děkuji')
      assert.include(words(folded!.quoted), 'Staré')
      for (const part of [folded!.quoted]) assert.equal(part.match(/<(div|p|blockquote)\b/g)?.length, part.match(/<\/(div|p|blockquote)>/g)?.length)
    })
  }

  test('an answer below the quote stays open', ({ assert }) => {
    const folded = fold('<blockquote type="cite">Staré</blockquote><p>Odpověď dole</p>')
    assert.equal(words(folded!.after), 'Odpověď dole')
  })

  for (const [why, html] of [
    ['answers stand between the quotes', '<p>Viz níže</p><blockquote type="cite">Otázka 1</blockquote><p>Ano</p><blockquote type="cite">Otázka 2</blockquote><p>Ne</p>'],
    ['nothing else is left to read', '<blockquote type="cite">Jen citace</blockquote>'],
    ['a quotation is not history', '<p>Píše se tam:</p><blockquote>záruka dva roky</blockquote>'],
  ]) {
    test(`in doubt everything is shown: ${why}`, ({ assert }) => assert.isNull(fold(html)))
  }

  test('hostile markup costs no time', ({ assert }) => {
    const from = process.hrtime.bigint()
    fold(`<p>x</p>${'<blockquote type="cite">a</blockquote>b '.repeat(4000)}`)
    assert.isBelow(Number(process.hrtime.bigint() - from) / 1e6, 2000)
  })
})
