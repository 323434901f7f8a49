import iconv from 'iconv-lite'
import { test } from '@japa/runner'
import { decodeText, normaliseLabel } from '../reading/charset.js'
import { decodeWords } from '../reading/headers.js'

const CZECH = 'Dobrý den, posílám fotografii poškozeného zboží. Šroub byl křivý, žádám o výměnu a děkuji.'
const SLOVAK = 'Dobrý deň, chcel by som vrátiť tovar, ktorý mi včera prišiel poškodený. Ďakujem, ľutujem ťažkosti.'
const POLISH = 'Dzień dobry, proszę o fakturę. Zamówienie wciąż się nie pojawiło, płatność wyszła z banku.'
const GREEK = 'Καλησπέρα σας, θα ήθελα να επιστρέψω το προϊόν. Άλλαξα γνώμη και ευχαριστώ.'
const GERMAN = 'Guten Tag, ich möchte die Größe ändern, können Sie mir bitte helfen? Schöne Grüße'

const bytes = (text: string, charset: string) => iconv.encode(text, charset)

test.group('E-mail | charsets', () => {
  for (const [language, text] of Object.entries({ CZECH, SLOVAK, POLISH })) {
    test(`reads ${language.toLowerCase()} whatever its label says`, ({ assert }) => {
      for (const label of ['windows-1250', 'iso-8859-2', 'us-ascii', 'unknown-8bit', 'utf-8', null, 'x-nonsense']) {
        assert.equal(decodeText(bytes(text, 'windows-1250'), label), text, `windows-1250 labelled ${label}`)
        assert.equal(decodeText(bytes(text, 'utf-8'), label), text, `UTF-8 labelled ${label}`)
      }
      for (const label of ['windows-1250', 'iso-8859-2', null]) {
        assert.equal(decodeText(bytes(text, 'iso-8859-2'), label), text, `iso-8859-2 labelled ${label}`)
      }
      assert.equal(decodeText(bytes(text, 'cp852'), null), text, 'cp852 without a label')
    })
  }

  test('reads Greek whatever its label says', ({ assert }) => {
    for (const label of ['windows-1253', 'iso-8859-7', null, 'us-ascii']) assert.equal(decodeText(bytes(GREEK, 'windows-1253'), label), GREEK, String(label))
    assert.equal(decodeText(bytes(GREEK, 'iso-8859-7'), 'iso-8859-7'), GREEK)
  })

  test('reads German without a label', ({ assert }) => {
    assert.equal(decodeText(bytes(GERMAN, 'windows-1252'), null), GERMAN)
    assert.equal(decodeText(bytes('déjà vu, très élégant', 'latin1'), 'iso-8859-1'), 'déjà vu, très élégant')
  })

  test('keeps the quotation marks of Outlook that iso-8859-2 does not have', ({ assert }) => {
    assert.equal(decodeText(bytes('„Šaty“ – žluté…', 'windows-1250'), 'iso-8859-2'), '„Šaty“ – žluté…')
  })

  test('believes a label that is far from ours', ({ assert }) => {
    assert.equal(decodeText(bytes('Где мой заказ?', 'windows-1251'), 'windows-1251'), 'Где мой заказ?')
    assert.equal(decodeText(bytes('Где мой заказ?', 'koi8-r'), 'KOI8-R'), 'Где мой заказ?')
    assert.equal(decodeText(bytes('我的订单', 'gb2312'), 'gb2312'), '我的订单')
  })

  test('never throws and never drops', ({ assert }) => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, index) => index))
    for (const label of [null, 'utf-8', 'windows-1250', 'utf-16', 'utf-7', 'nonsense', '', 'gb18030', 'iso-2022-jp']) {
      assert.isAbove(decodeText(all, label).length, 60, String(label))
    }
    assert.equal(decodeText(Buffer.alloc(0), 'utf-8'), '')
  })

  test('decides about a megabyte in no time, by what stands after an English preface', ({ assert }) => {
    const long = `${'plain words '.repeat(80_000)}${CZECH}`
    const begun = process.cpuUsage()
    assert.isTrue(decodeText(bytes(long, 'windows-1250'), null).endsWith(CZECH))
    assert.isBelow(process.cpuUsage(begun).user / 1000, 1000)
  })

  test('knows the many names of one charset', ({ assert }) => {
    for (const label of ['cp1250', 'CP-1250', 'WIN-1250', 'x-cp1250', '"windows-1250"', 'Windows_1250']) assert.equal(normaliseLabel(label), 'windows-1250')
    assert.equal(normaliseLabel('ISO8859-2'), 'iso-8859-2')
    assert.equal(normaliseLabel('utf8'), 'utf-8')
  })

  test('decodes encoded words with a wrong label, and leaves broken ones as they are', ({ assert }) => {
    assert.equal(decodeWords(`=?iso-8859-2?B?${bytes('Žádost', 'windows-1250').toString('base64')}?=`), 'Žádost')
    assert.equal(decodeWords('=?utf-8?Q?Re: objedn=C3=A1vka_1?= a dál'), 'Re: objednávka 1 a dál')
    assert.equal(decodeWords('=?utf-8?X?abc?='), '=?utf-8?X?abc?=')
    assert.equal(decodeWords('Sleva = 50 ?'), 'Sleva = 50 ?')
  })
})
