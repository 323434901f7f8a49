import { test } from '@japa/runner'
import { fold, words } from '#search/folding'

test.group('Search | folding', () => {
  test('finds {0} by {1}')
    .with([
      ['příliš', 'prilis'],
      ['ľúbozvučný', 'lubozvucny'],
      ['ΝΙΚΟΣ', 'νικος'],
      ['Łódź', 'lodz'],
      ['płatność', 'platnosc'],
      ['Παραγγελία', 'παραγγελια'],
      ['Ďábelské ÓDY žluťoučkého', 'dabelske ody zlutouckeho'],
      ['Zażółć gęślą jaźń', 'zazolc gesla jazn'],
      ['ϋΰϊΐ', 'υυιι'],
      ['Straße', 'strasse'],
      ['STRASSE', 'strasse'],
      ['Ægir Ørsted Đorđe', 'aegir orsted dorde'],
      ['İstanbul', 'istanbul'],
      ['ﬁlip', 'filip'],
    ])
    .run(({ assert }, [written, asked]) => {
      assert.equal(fold(written), fold(asked))
      assert.equal(fold(written), asked.replaceAll('ς', 'σ'))
    })

  test('is the same whether an accent came composed or apart', ({ assert }) => {
    assert.equal(fold('Café'.normalize('NFD')), fold('Café'.normalize('NFC')))
  })

  test('folding twice changes nothing', ({ assert }) => {
    const text = 'Łódź ΝΙΚΟΣ Straße İ Æ ½ ﬃ'
    assert.equal(fold(fold(text)), fold(text))
  })

  test('takes a text apart into words', ({ assert }) => {
    assert.deepEqual(words('Objednávka č. 2026-00123, díky!'), ['objednavka', 'c', '2026', '00123', 'diky'])
    assert.deepEqual(words('  „…“  '), [])
  })
})
