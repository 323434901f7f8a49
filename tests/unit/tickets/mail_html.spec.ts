import { test } from '@japa/runner'
import { placePictures, sanitiseMail } from '#tickets/mail_html'

test.group('HTML of a stranger', () => {
  for (const hostile of [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="  java\nscript:alert(1)">x</a>',
    '<iframe src="https://evil.test"></iframe>',
    '<form action="https://evil.test"><input name=q><button>Go</button></form>',
    '<div style="background:url(https://evil.test/x.png)">x</div>',
    '<div style="position:fixed;top:0">x</div>',
    '<div style="width:expression(alert(1))">x</div>',
    '<style>@import url(https://evil.test/x.css)</style>',
    '<link rel=stylesheet href=https://evil.test>',
    '<base href="https://evil.test/">',
    '<meta http-equiv=refresh content="0;url=https://evil.test">',
    '<svg><script>alert(1)</script></svg>',
    '<math><mtext><img src=x onerror=alert(1)></mtext></math>',
    '<object data="x.swf"></object>',
    '<table background="https://evil.test/x.png"><tr><td>x</td></tr></table>',
    '<img srcset="https://evil.test/x.png 2x">',
    '<video poster="https://evil.test/x.png"></video>',
    '<img data-remote="https://evil.test/x.png">',
    '<p id="composer" onclick="x()">x</p>',
  ]) {
    test(`keeps nothing that runs or calls out: ${hostile.slice(0, 48)}`, ({ assert }) => {
      const { html } = sanitiseMail(hostile)
      assert.notMatch(html!, /script|onerror|onclick|javascript:|iframe|<form|<input|url\(|expression|position|@import|<link|<base|<meta|<svg|<object|background="|srcset|poster| id=|data-remote/i)
    })
  }

  test('holds back pictures from the internet until they are allowed', ({ assert }) => {
    const { html, remoteImages } = sanitiseMail('<p>Hi</p><img src="https://shop.test/a.png?x=1&y=2" alt="Banner"><img src="cid:logo@1"><img src="data:image/png;base64,AAAA">')
    assert.equal(remoteImages, 1)
    const blocked = placePictures(html!, { resolve: (id) => (id === 'logo@1' ? '/attachments/5' : null), remote: null })
    assert.notInclude(blocked, 'src="https:')
    assert.include(blocked, 'src="/attachments/5"')
    const allowed = placePictures(html!, { resolve: () => null, remote: (address) => (address === 'https://shop.test/a.png?x=1&y=2' ? '/messages/1/images/0' : null) })
    assert.include(allowed, 'src="/messages/1/images/0"')
    assert.notInclude(allowed, 'src="https:')
    assert.notInclude(allowed, 'cid:')
  })

  test('keeps what a letter is made of', ({ assert }) => {
    const { html } = sanitiseMail('<table border="1"><tr><td style="color:#c00;padding:4px" colspan="2"><b>Cena</b> 8&nbsp;990&nbsp;Kč</td></tr></table><a href="https://shop.test/o/1">Objednávka</a>')
    assert.include(html!, 'color:#c00')
    assert.include(html!, 'colspan="2"')
    assert.include(html!, 'rel="noopener noreferrer nofollow"')
  })

  test('refuses nests and sizes that no person writes, quickly', ({ assert }) => {
    const started = process.cpuUsage()
    assert.isNull(sanitiseMail('<div>'.repeat(20_000)).html)
    assert.isNull(sanitiseMail('x'.repeat(2_000_001)).html)
    sanitiseMail('<a '.repeat(300_000))
    assert.isBelow(process.cpuUsage(started).user / 1000, 4000)
  })
})
