import { DateTime } from 'luxon'
import { assign } from '#routing/assignment'
import { moveClock, now, nowMs } from '#support/clock'
import { arrivals, atWork, awake, inWords } from './calendar.js'
import { demo, type Desk } from './desk.js'
import { Dice } from './dice.js'
import { kept } from './files.js'
import { SHARES, SITUATIONS, answer, fill, genderOf, letter, quoted, shortLetter, valuesFor } from './letters.js'
import { PastTicket } from './past.js'
import { somebody, type Correspondent } from './people.js'
import type { Language, Situation } from './situation.js'
import { FOLLOW_UPS, isThanks } from './small_talk.js'
import { specialStories } from './special_stories.js'

/** Something that happened, and when; ms. */
export interface Act {
  readonly at: number
  readonly play: () => Promise<unknown>
}

const MINUTE = 60_000
const DAY = 1440 * MINUTE
/** Not from customers: kept aside by their category, and answered by nobody. */
const ASIDE = ['newsletter', 'supplier', 'notification']

/**
 * Plays the shop's last weeks in the order in which they happened, with the clock at each moment;
 * what lies beyond now has not happened yet, and so some tickets wait.
 *
 * @returns how many tickets there are
 */
export async function playHistory(desk: Desk, { tickets, days, seed = 2026 }: { tickets: number; days: number; seed?: number }): Promise<number> {
  const dice = new Dice(seed)
  const until = now()
  const starts = arrivals(tickets, days, until, dice)
  const stories = starts.map((at) => story(desk, at, until.toMillis(), dice))
  const special = specialStories(desk, until.toMillis(), dice)
  const acts = [...stories, ...special].flat().filter(({ at }) => at < until.toMillis())
  acts.sort((one, other) => one.at - other.at)

  try {
    let last = 0
    for (const { at, play } of acts) {
      // The clock runs on while an act is played; on a slow machine it may have passed the next one's moment.
      moveClock(DateTime.fromMillis(Math.max(at, last), { zone: 'utc' }))
      await play()
      last = nowMs()
    }
  } finally {
    moveClock(null)
  }
  return [...stories, ...special].length
}

function story(desk: Desk, start: number, until: number, dice: Dice): Act[] {
  const { language } = dice.weigh(SHARES)
  const situation = dice.weigh(SITUATIONS[language])
  const aside = ASIDE.includes(situation.category)
  const values = valuesFor(language, dice)
  const opening = fill(dice.pick(situation.opens), values)
  const which = situation.opens.findIndex((text) => fill(text, values) === opening)
  const writer = writerOf(situation, language, opening, dice)
  const past = new PastTicket(writer, desk.inboxes[situation.inbox])
  const seed = dice.between(1, 1_000_000)
  const subject = fill(dice.pick(situation.subjects), values)
  const text = aside ? `${opening.charAt(0).toUpperCase()}${opening.slice(1)}` : letter(opening, writer, dice)
  const withFile = situation.files && !situation.files.includes('label') && dice.chance(0.75)

  const acts: Act[] = [
    {
      at: start,
      play: async () => {
        const files = withFile ? [await kept(situation.files![0], values.order, seed)] : []
        const html = aside ? leaflet(subject, text) : dice.chance(0.35) ? asHtml(text, dice.chance(0.4)) : undefined
        await past.open({ subject, text, html, files, automatic: situation.category === 'notification' }, { category: situation.category, priority: situation.priority, teamId: teamOf(desk, situation) })
      },
    },
  ]
  if (situation.tags) acts.push({ at: start + 2000, play: () => past.ticket.tag({ add: situation.tags }, demo(null)) })
  if (aside) return [...acts, ...setAside(desk, past, situation, start, dice)]
  return [...acts, ...worked({ desk, past, situation, which, writer, values, start, until, dice, text, seed })]
}

interface Telling {
  desk: Desk
  past: PastTicket
  situation: Situation
  /** Which of the openings it is: the answer of the same place fits it. */
  which: number
  writer: Correspondent
  values: ReturnType<typeof valuesFor>
  start: number
  until: number
  dice: Dice
  text: string
  seed: number
}

/** Taken, talked about, answered, asked again, done: or left standing somewhere on the way if it is recent. */
function worked({ desk, past, situation, which, writer, values, start, until, dice, text, seed }: Telling): Act[] {
  const acts: Act[] = []
  const language = writer.language
  const reply = fill(situation.replies[which % situation.replies.length], values)
  const agent = agentFor(desk, situation, reply, dice)
  const recent = until - start < 11 * DAY
  // How far it has come: recent ones stand at every stage.
  const fresh = until - start < 4 * DAY
  const stages = [{ weight: fresh ? 24 : 0, at: 0 }, { weight: fresh ? 20 : 2, at: 1 }, { weight: 28, at: 2 }, { weight: 38, at: 3 }]
  const stage = recent ? dice.weigh(stages).at : 3
  if (stage === 0 && until - start < 3 * DAY) return acts

  const taken = atWork(start, dice.between(4, 150))
  acts.push({ at: taken, play: () => assign(past.ticket, { ownerId: agent.id }, demo(agent)) })
  if (situation.notes && dice.chance(0.55)) {
    const note = fill(dice.pick(situation.notes), values)
    const author = dice.pick(desk.agents).agent
    acts.push({ at: atWork(taken, dice.between(3, 40)), play: () => past.ticket.note({ text: note }, demo(author)) })
  }
  if (stage <= 1) return [...acts, ...maybeSnoozed(past, agent, taken, until, dice)]

  let last = atWork(taken, dice.between(6, 240))
  const ends = !situation.returns || (stage === 3 && dice.chance(0.3))
  const files = situation.files?.filter((file) => file !== 'photo') ?? []
  acts.push({
    at: last,
    play: async () =>
      past.reply(agent, answer(reply, language), {
        statusAfter: ends ? 'resolved' : 'pending',
        files: files.length > 0 ? [await kept(files[0], values.order, seed)] : [],
      }),
  })
  if (stage === 2) {
    const asks = situation.returns?.filter((words) => !isThanks(words)) ?? []
    if (asks.length > 0 && dice.chance(0.35)) acts.push(returned(awake(last, dice.between(30, 900)), reply, fill(dice.pick(asks), values)))
    return acts
  }

  let said = reply
  for (let round = 0; !ends; round++) {
    last = awake(last, dice.between(20, 2200))
    const words = fill(dice.pick(situation.returns!), values)
    acts.push(returned(last, said, words))
    last = atWork(last, dice.between(5, 300))
    if (isThanks(words) || round === 2) {
      acts.push({ at: last, play: () => past.ticket.resolve(demo(agent)) })
      break
    }
    const followUp = dice.pick(FOLLOW_UPS[language])
    acts.push({ at: last, play: () => past.reply(agent, answer(followUp, language), { statusAfter: 'pending' }) })
    said = followUp
  }
  acts.push({
    at: last + 14 * DAY,
    play: async () => past.ticket.status === 'resolved' && past.ticket.close({ ...demo(null), because: 'time' }),
  })
  return acts

  function returned(at: number, answered: string, body: string): Act {
    const short = shortLetter(body, writer, dice)
    const history = dice.chance(0.7) ? `${short}\n\n${quoted(answer(answered, language), agent.name, inWords(at), language)}\n\n${quoted(text, writer.name, inWords(start), language)}` : short
    return { at, play: () => past.receive({ subject: `Re: ${past.ticket.subject}`, text: history, visibleText: short }) }
  }
}

/** Not now: a part of what was taken and not answered sleeps until some day. */
function maybeSnoozed(past: PastTicket, agent: Desk['agents'][number]['agent'], taken: number, until: number, dice: Dice): Act[] {
  if (!dice.chance(0.35)) return []
  return [{ at: Math.min(taken + 20 * MINUTE, until - 1), play: () => past.snooze(agent, until + dice.between(3, 96) * 60 * MINUTE) }]
}

/** Letters of machines and suppliers: read by somebody now and then. */
function setAside(desk: Desk, past: PastTicket, situation: Situation, start: number, dice: Dice): Act[] {
  const agent = dice.pick(desk.agents).agent
  const acts: Act[] = []
  if (situation.category === 'supplier' && dice.chance(0.6)) {
    acts.push({ at: atWork(start, 200), play: () => past.reply(agent, answer(dice.pick(situation.replies), 'cs'), { statusAfter: 'resolved' }) })
  } else if (dice.chance(0.85)) acts.push({ at: atWork(start, dice.between(600, 6000)), play: () => past.ticket.close(demo(agent)) })
  return acts
}

function writerOf(situation: Situation, language: Language, opening: string, dice: Dice): Correspondent {
  const gender = genderOf(opening) ?? (dice.chance(0.55) ? 'woman' : 'man')
  return situation.from ? { ...situation.from, language, gender } : somebody(language, gender, dice)
}

function teamOf(desk: Desk, { inbox }: Situation): number | null {
  return inbox === 'info' ? null : desk.teams[inbox]
}

/** Somebody of the right team who could have written these words. */
function agentFor(desk: Desk, { inbox }: Situation, words: string, dice: Dice) {
  const gender = genderOf(words)
  const team = desk.agents.filter(({ teams }) => inbox === 'info' || (teams as readonly string[]).includes(inbox))
  const fitting = team.filter((one) => !gender || one.gender === gender)
  return dice.pick(fitting.length > 0 ? fitting : team).agent
}

const escaped = (text: string) => text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign]!)

function asHtml(text: string, picture: boolean): string {
  const body = text.split('\n\n').map((part) => `<p>${escaped(part).replace(/\n/g, '<br>')}</p>`).join('')
  const foot = picture ? '<p><img src="https://podpis.example/logo.png" alt="" width="120" height="32"></p>' : ''
  return `<div style="font-family: Calibri, sans-serif; font-size: 11pt">${body}${foot}</div>`
}

/** What newsletters and carriers send: a table, a picture from the internet, a button. */
function leaflet(title: string, text: string): string {
  return `<table width="600" cellpadding="12" style="border: 1px solid #ddd"><tr><td style="background-color: #23414d; color: #ffffff"><h2>${escaped(title)}</h2></td></tr>
<tr><td><img src="https://letak.example/hlavicka.jpg" alt="" width="560" height="120"><p>${escaped(text)}</p><p><a href="https://letak.example/vice">Více na webu</a></p></td></tr></table>`
}
