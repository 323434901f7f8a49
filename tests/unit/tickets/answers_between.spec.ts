import { test } from '@japa/runner'
import { answersBetween, showsAnswersBetween } from '#tickets/answers_between'

const OURS = `Dobrý den, paní Nová,

rádi vám kávovar vyměníme. Potřebujeme ale vědět tři věci:

Jakou barvu si přejete?
Máte ještě původní krabici?
Kdy vás zastihne kurýr?

S pozdravem
Petr Malý

-- 
Petr Malý, Kávovary
https://kavovary.test

2. 11. 2026 10:00, Jana Nová:
> Dobrý den, kávovar nefunguje.`

const HEAD = '\n\nFrom: Kávovary <info@kavovary.test>\nSent: Monday, November 2, 2026 11:00 AM\nTo: Jana Nová <jana@posta.test>\nSubject: Re: Kávovar [#12]\n\n'

/** Our message as Outlook quotes it: without a mark, empty lines doubled, links twice; `between` is what the customer put after a line. */
function quoted(between: Record<string, string> = {}, from = OURS) {
  const lines = from.split('\n').map((line) => line.replace(/^> /, '').replace(/(https:\/\/\S+)/, '$1<$1/>'))
  return HEAD + lines.flatMap((line) => (between[line] ? [line, between[line]] : [line])).join('\n\n')
}

test.group('Answers between the lines of an unmarked quote', () => {
  test('what is not ours stands after the line it answers', ({ assert }) => {
    const answers = quoted({ 'Jakou barvu si přejete?': 'Červenou, prosím.\nNebo modrou.', 'Kdy vás zastihne kurýr?': 'Ve středu po 16:00, Dlouhá 5, 110 00 Praha' })
    assert.equal(answersBetween(answers, OURS), '> Jakou barvu si přejete?\nČervenou, prosím.\nNebo modrou.\n\n> Kdy vás zastihne kurýr?\nVe středu po 16:00, Dlouhá 5, 110 00 Praha')
  })

  test('a quote with nothing between stays folded, however it was wrapped, drawn or cut', ({ assert }) => {
    assert.isNull(answersBetween(quoted(), OURS))
    assert.isNull(answersBetween(`${HEAD}${OURS.replace(/(.{20,40}?) /g, '$1\n')}`, OURS))
    assert.isNull(answersBetween(HEAD + OURS.split('\n').slice(0, 6).join('\n'), OURS))
    assert.isNull(answersBetween(quoted({ 'Petr Malý': '[cid:image001.png@01D42D93.50162CE0]' }), OURS))
    assert.isNull(answersBetween(HEAD + OURS.replace('"', '”').replace(/\. /g, '.\u00A0 '), OURS))
  })

  test('in doubt nothing is shown: another message, our words changed, another mail quoted inside', ({ assert }) => {
    assert.isNull(answersBetween(quoted({ 'Jakou barvu si přejete?': 'Červenou' }), 'Dobrý den, zboží je na skladě a odešleme ho dnes odpoledne.'))
    assert.isNull(answersBetween(quoted({}, OURS.replace(/\p{L}{5,}/gu, 'jinak')), OURS))
    assert.isNull(answersBetween(quoted({ 'Jakou barvu si přejete?': 'From: Eva <eva@posta.test>\nSent: Monday\nTo: Jana\nČervenou' }), OURS))
    assert.isNull(answersBetween(quoted({ 'Jakou barvu si přejete?': '________________________________\nČervenou' }), OURS))
    assert.isNull(answersBetween(quoted({ 'Jakou barvu si přejete?': '> Červenou' }), OURS))
    assert.isNull(answersBetween('', OURS))
    assert.isNull(answersBetween(quoted({ 'Jakou barvu si přejete?': 'Červenou' }), 'Ano.'))
  })

  test('what stands below our last line is nobody\'s for sure; a line of ours that was changed is theirs', ({ assert }) => {
    assert.isNull(answersBetween(`${quoted()}\n\nTento e-mail byl zkontrolován programem.`, OURS))
    assert.equal(answersBetween(quoted({}, OURS.replace('Máte ještě původní krabici?', 'Máte ještě původní krabici? Ano, mám.')), OURS), '> Jakou barvu si přejete?\nMáte ještě původní krabici? Ano, mám.')
  })

  test('the page knows such words by their marks', ({ assert }) => {
    assert.isTrue(showsAnswersBetween('Díky\nBarva?\nModrá', 'Díky\n\n> Barva?\nModrá'))
    assert.isFalse(showsAnswersBetween('Díky\n> Barva?\nModrá', 'Díky\n> Barva?\nModrá'))
    assert.isFalse(showsAnswersBetween('Díky', null))
  })

  test('long letters made to be compared for ever cost no time', ({ assert }) => {
    const begun = process.threadCpuUsage()
    for (const piece of ['a\n', 'a b c\n', 'a a a a a a a a\n', 'a '.repeat(900) + 'b\n']) answersBetween(piece.repeat(190_000 / piece.length), piece.repeat(190_000 / piece.length))
    answersBetween('a b c\n'.repeat(30_000), 'a b d\n'.repeat(30_000))
    const { user, system } = process.threadCpuUsage(begun)
    assert.isBelow((user + system) / 1000, 4000)
  })
})
