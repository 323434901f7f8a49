import { assign } from '#routing/assignment'
import { atWork, awake } from './calendar.js'
import { demo, type Desk } from './desk.js'
import type { Dice } from './dice.js'
import { kept } from './files.js'
import type { Act } from './history.js'
import { answer, letter } from './letters.js'
import { JUNK, LONG_CONVERSATION } from './long_conversation.js'
import { PastTicket } from './past.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** What a desk needs to show once, whatever chance brings: the long thread, the bounce, junk, and today's first tickets. */
export function specialStories(desk: Desk, until: number, dice: Dice): Act[][] {
  return [longOne(desk, until, dice), bounced(desk, until), urgent(desk, until), ...JUNK.flatMap((junk) => [junk, junk]).map((junk, at) => spam(desk, junk, until - (2 + at * 6.5) * DAY, at % 3 !== 0))]
}

function longOne(desk: Desk, until: number, dice: Dice): Act[] {
  const { subject, writer, letters, notes } = LONG_CONVERSATION
  const past = new PastTicket(writer, desk.inboxes.wholesale)
  const jana = desk.agents[0].agent
  const correspondent = { ...writer, language: 'cs' as const, gender: 'woman' as const }
  const acts: Act[] = []
  let at = until - 24 * DAY
  for (const [turn, words] of letters.entries()) {
    const text = turn % 2 === 0 ? letter(words, correspondent, dice) : answer(words, 'cs')
    at = turn % 2 === 0 ? awake(at, dice.between(120, 1500)) : atWork(at, dice.between(15, 240))
    const withPaper = /příloze|fotka/.test(words)
    const paper = turn === 20 ? 'photo' : 'order'
    if (turn === 0) acts.push({ at, play: () => past.open({ subject, text }, { category: 'product', priority: 'high', teamId: desk.teams.wholesale }) })
    else if (turn % 2 === 0) acts.push({ at, play: async () => past.receive({ subject: `Re: ${subject}`, text, files: withPaper ? [await kept(paper, '2026-00311', turn)] : [] }) })
    else acts.push({ at, play: async () => past.reply(jana, text, { statusAfter: 'pending', files: withPaper ? [await kept('order', '2026-00311', turn)] : [] }) })
    if (turn === 0) acts.push({ at: at + 60_000, play: () => assign(past.ticket, { ownerId: jana.id }, demo(jana)) }, { at: at + 90_000, play: () => past.ticket.tag({ add: ['B2B', 'VIP'] }, demo(jana)) })
    if (turn % 8 === 7) acts.push({ at: at + 120_000, play: () => past.ticket.note({ text: notes[(turn - 7) / 8] }, demo(desk.agents[5].agent)) })
  }
  // However the weeks fell, the last letter came in these days.
  const late = Math.ceil((at - (until - 2 * HOUR)) / DAY) * DAY
  return acts.map((act) => ({ ...act, at: act.at - late }))
}

function bounced(desk: Desk, until: number): Act[] {
  const past = new PastTicket({ name: 'Radka Málková', address: 'radka.malkova@stara-adresa.example', language: 'cs' }, desk.inboxes.info)
  const petr = desk.agents[1].agent
  const start = atWork(until - 3 * DAY, 0)
  return [
    { at: start, play: () => past.open({ subject: 'Prosím o zaslání záručního listu', text: 'Dobrý den,\n\nmůžete mi prosím poslat záruční list k mlýnku Javor znovu? Ten v krabici chyběl.\n\nDěkuji,\nRadka Málková' }, { category: 'product' }) },
    { at: start + HOUR, play: () => assign(past.ticket, { ownerId: petr.id }, demo(petr)) },
    { at: start + 1.2 * HOUR, play: async () => past.reply(petr, answer('záruční list posílám v příloze. Platí dva roky od data na faktuře.', 'cs'), { statusAfter: 'resolved', files: [await kept('order', '2026-00402', 7)] }) },
    { at: start + 1.2 * HOUR + 40_000, play: () => past.bounce() },
  ]
}

/** The first thing that anybody who looks at the demo sees. */
function urgent(desk: Desk, until: number): Act[] {
  const past = new PastTicket({ name: 'Anna Dvořáková', address: 'anna.dvorakova@posta.example', language: 'cs' }, desk.inboxes.claims)
  const [jana, petr, lucie] = desk.agents.map(({ agent }) => agent)
  const start = until - 21 * HOUR
  const subject = 'Kávovar Perla: prasklý zásobník hned po rozbalení'
  return [
    { at: start, play: () => past.open({ subject, text: FIRST, html: FIRST_HTML }, { category: 'complaint', priority: 'urgent', teamId: desk.teams.claims }) },
    { at: start + 3000, play: () => past.ticket.tag({ add: ['reklamace', 'poškozeno', 'VIP'] }, demo(null)) },
    { at: start + 0.3 * HOUR, play: () => assign(past.ticket, { ownerId: petr.id }, demo(petr)) },
    { at: start + 0.4 * HOUR, play: () => past.reply(petr, 'Dobrý den, paní Dvořáková,\n\nmoc mě to mrzí. Pošlete prosím fotky zásobníku i krabice, stačí z mobilu. Jakmile je uvidím, posílám nový zásobník kurýrem, ať dárek stihnete.\n\nHezký den přeje', { statusAfter: 'pending' }) },
    { at: start + 15 * HOUR, play: () => past.ticket.note({ text: '@Jana náhradní zásobník je na skladě, 4 kusy. Kurýr odjíždí v 15:00. U téhle šarže už třetí prasklý, píšu výrobci.' }, demo(lucie)) },
    { at: start + 15.2 * HOUR, play: () => assign(past.ticket, { ownerId: jana.id }, demo(petr)) },
    {
      at: until - 100 * 60_000,
      play: async () =>
        past.receive({
          subject: `Re: ${subject}`,
          text: 'Dobrý den,\n\nposílám slíbené fotografie. A ještě otázka – dorazí nový zásobník opravdu do čtvrtka? Ráno jsem vám i volala.\n\nAnna Dvořáková',
          files: [{ ...(await kept('photo', '2026-00412', 41)), name: 'zasobnik-zepredu.png' }, { ...(await kept('photo', '2026-00412', 42)), name: 'krabice.png' }, { ...(await kept('invoice', '2026-00412', 43)), name: 'uctenka-2026-00412.pdf' }],
        }),
    },
  ]
}

const FIRST = 'Dobrý den,\n\ndnes mi přišel kávovar a hned po rozbalení jsem zjistila, že zásobník na vodu je prasklý. Krabice byla zvenku v pořádku. Fotky pošlu večer.\n\nPoložka: Pákový kávovar Perla, krémový (PRL-02), 8 990 Kč\n\nKávovar je dárek, potřebovala bych to vyřešit do čtvrtka.\n\nDěkuji,\nAnna Dvořáková'
const FIRST_HTML = `<p>Dobrý den,</p><p>dnes mi přišel kávovar a hned po rozbalení jsem zjistila, že <b>zásobník na vodu je prasklý</b>. Krabice byla zvenku v pořádku. Fotky pošlu večer.</p>
<table border="1" cellpadding="6"><tr><th>Položka</th><th>Kód</th><th>Cena</th></tr><tr><td>Pákový kávovar Perla, krémový</td><td>PRL-02</td><td>8 990 Kč</td></tr></table>
<p><img src="https://zrno-mlyn.example/perla.jpg" alt="" width="180" height="120"> <img src="https://zrno-mlyn.example/logo.png" alt="" width="80" height="40"></p>
<p>Kávovar je dárek, potřebovala bych to vyřešit do čtvrtka.</p><p>Děkuji,<br>Anna Dvořáková</p>`

function spam(desk: Desk, junk: (typeof JUNK)[number], start: number, byHand: boolean): Act[] {
  const past = new PastTicket(junk, desk.inboxes.info)
  const lucie = desk.agents[2].agent
  const open: Act = { at: start, play: () => past.open({ subject: junk.subject, text: junk.text }, byHand ? {} : { status: 'spam' }) }
  return byHand ? [open, { at: atWork(start, 30), play: () => past.ticket.markSpam(demo(lucie)) }] : [open]
}
