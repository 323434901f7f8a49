import type { Browser, Page } from 'playwright'
import { test } from '@japa/runner'
import { faultsOf } from '../axe.js'
import { startDesk, type Desk } from '../servers/desk.js'
import { closeWindows, complaints, openWindow, until } from '../window.js'

const PETR = { name: 'Petr Horák', email: 'petr@obchod.test', password: 'tajne heslo 2' }
const JANA = { name: 'Jana Malá', email: 'jana@obchod.test', password: 'tajne heslo 3' }
const TOMAS = { name: 'Tomáš Kříž', email: 'tomas@obchod.test', password: 'tajne heslo 4' }
const BOSS = { name: 'Marta Nová', email: 'marta@obchod.test', password: 'tajne heslo 5' }

/** The real program; its clock is moved from outside, and everything with a due time follows. */
test.group('Journeys | a vacation and an illness', (group) => {
  let desk: Desk
  const ids: Record<string, string> = {}
  const inboxes: Record<string, string> = {}
  group.each.teardown(closeWindows)
  group.setup(async () => {
    desk = await startDesk({ env: { TEST_CLOCK: '1' } })
    await itBecomes('2026-11-30T08:00:00+01:00')
    for (const [person, role] of [[PETR, 'agent'], [JANA, 'agent'], [TOMAS, 'agent'], [BOSS, 'supervisor']] as const) {
      ids[person.email] = (await desk.api('POST', '/agents', { ...person, role, language: 'en', time_zone: 'Europe/Prague' })).agent.id
    }
    inboxes.email = (await desk.api('POST', '/inboxes', { channel: 'email', name: 'Obchod', config: { address: 'info@obchod.test' } })).id
    inboxes.chat = (await desk.api('POST', '/inboxes', { channel: 'viber', name: 'Chat', config: { authToken: '4453b6ac12345678-abcdef-1234567890', botName: 'Obchod' } })).id
    return () => desk.stop()
  })

  const itBecomes = (moment: string) => desk.api('POST', '/test/clock', { now: moment })
  const inbound = async (subject: string, text: string) => {
    const mail = ['From: Anna Nová <anna@posta.test>', 'To: info@obchod.test', `Subject: ${subject}`, `Message-ID: <${Math.random()}@posta.test>`, 'Content-Type: text/plain; charset=utf-8', '', text, ''].join('\r\n')
    const answer = await fetch(`${desk.url}/api/v1/inboxes/${inboxes.email}/inbound`, { method: 'POST', headers: { 'authorization': `Bearer ${desk.token}`, 'content-type': 'message/rfc822' }, body: mail })
    return (await answer.json()) as { ticket_number: string }
  }
  const asPerson = (browser: Browser, person: typeof PETR) => openWindow(browser, desk.url, person, { timezoneId: 'Europe/Prague' })
  const choose = (page: Page, rule: number, scope: string, cover: string) => Promise.all([page.selectOption(`#rule-${rule}-scope`, { label: scope }), page.selectOption(`#rule-${rule}-cover`, { label: cover })])

  test('Petr plans a vacation with chat to Tomáš and e-mail to Jana, leaves, is stood in for, returns and reads what happened', async ({ assert, browser }) => {
    const mail = (await inbound('Reklamace mlýnku', 'Dobrý den, mlýnek nemele.')).ticket_number
    const second = (await inbound('Nabídka pro kavárnu', 'Dobrý den, pošlete prosím nabídku.')).ticket_number
    const chat = (await desk.api('POST', '/tickets', { subject: 'Kde je balík?', inbox_id: inboxes.chat, customer: { name: 'Eva', phone: '+420777111222' }, message: { text: 'Ahoj, kde je balík?', direction: 'inbound' } })).number
    for (const number of [mail, second, chat]) await desk.api('PATCH', `/tickets/${number}`, { owner_id: ids[PETR.email] })

    const petr = await asPerson(browser, PETR)
    await petr.getByRole('link', { name: 'Team calendar' }).first().click()
    await petr.getByRole('link', { name: 'New absence' }).click()
    await petr.fill('#field-from', '2026-12-07')
    await petr.fill('#field-to', '2026-12-18')
    await petr.locator('#absence-preview', { hasText: '10 days of 10 uncovered' }).waitFor()
    await choose(petr, 0, 'Channel: e-mail', JANA.name)
    await petr.getByRole('button', { name: 'Add a rule' }).click()
    await choose(petr, 1, 'Channel: Viber', TOMAS.name)
    // Live, before anything is saved.
    await petr.locator('#absence-preview .pill', { hasText: 'Covered' }).waitFor()
    await petr.getByRole('button', { name: /^Cover 3 tickets by Jana and Tomáš from Mon/ }).waitFor()
    await petr.fill('#field-handover-note', 'Kavárna čeká na nabídku do pátku.')
    assert.deepEqual(await faultsOf(petr), [])
    await petr.setViewportSize({ width: 1440, height: 900 })
    await petr.getByRole('button', { name: /^Cover 3 tickets/ }).click()
    await petr.getByRole('heading', { name: 'Before you go' }).waitFor()
    assert.equal(await petr.locator('.duties > li').count(), 3)
    await petr.getByText('goes to Tomáš Kříž').waitFor()
    assert.deepEqual(await faultsOf(petr), [])
    assert.deepEqual((await desk.api('GET', `/tickets/${mail}`)).acting, null)

    await itBecomes('2026-12-07T08:00:00+01:00')
    assert.deepInclude((await desk.api('GET', `/tickets/${mail}`)).acting, { name: JANA.name })
    assert.deepInclude((await desk.api('GET', `/tickets/${chat}`)).acting, { name: TOMAS.name })

    await inbound(`Re: Reklamace mlýnku [#${mail}]`, 'Tak co s tím mlýnkem?')
    const jana = await asPerson(browser, JANA)
    await jana.goto('/views/mine')
    await jana.getByRole('link', { name: /Covering Petr Horák/ }).first().click()
    assert.equal(await jana.locator('.rows > li').count(), 2)
    await jana.goto(`/tickets/${mail}`)
    await jana.getByText('You stand in for Petr Horák until').waitFor()
    await jana.getByText('Kavárna čeká na nabídku do pátku.').waitFor()
    await jana.getByText('Why? Petr Horák → Jana Malá').waitFor()
    assert.deepEqual(await faultsOf(jana), [])
    await jana.setViewportSize({ width: 1440, height: 900 })
    await jana.fill('#reply-text', 'Odpovídám za kolegu: mlýnek vyměníme.')
    await jana.locator('#reply-form').getByRole('button', { name: /^Send/ }).first().click()
    await jana.locator('.entry--out', { hasText: 'mlýnek vyměníme' }).waitFor()
    const sent = (await desk.api('GET', `/tickets/${mail}/messages`)).data.at(-1)
    assert.deepInclude(sent.author, { type: 'agent', name: JANA.name })

    await jana.goto(`/tickets/${second}`)
    await jana.getByRole('button', { name: 'Keep' }).click()
    await until('Jana owns it', async () => (await desk.api('GET', `/tickets/${second}`)).owner.name === JANA.name)

    await itBecomes('2026-12-19T08:00:00+01:00')
    assert.deepEqual([(await desk.api('GET', `/tickets/${mail}`)).acting, (await desk.api('GET', `/tickets/${chat}`)).acting], [null, null])
    const back = await asPerson(browser, PETR)
    await back.goto('/absences')
    await back.getByRole('link', { name: 'Look through' }).click()
    await back.getByRole('heading', { name: /Kept by colleagues/ }).waitFor()
    await back.getByRole('region', { name: /^Kept by colleagues/ }).getByText('Nabídka pro kavárnu').waitFor()
    await back.getByRole('region', { name: /^Answered/ }).getByText('Reklamace mlýnku').waitFor()
    await back.getByRole('region', { name: /^Still waiting for us/ }).getByText('Kde je balík?').waitFor()
    assert.deepEqual(await faultsOf(back), [])
    await back.setViewportSize({ width: 1440, height: 900 })
    await back.getByRole('button', { name: 'I have looked through it' }).click()
    await back.waitForURL(/views\/mine/)
    await back.goto('/absences')
    assert.equal(await back.getByRole('link', { name: 'Look through' }).count(), 0)
    assert.deepEqual([...complaints(petr), ...complaints(jana), ...complaints(back)], [])
  })

  test('a supervisor starts an illness in three clicks, by the plan that stands ready, and the colleague has the tickets at once', async ({ assert, browser }) => {
    await itBecomes('2027-01-04T08:00:00+01:00')
    await desk.api('PATCH', `/agents/${ids[TOMAS.email]}/default-plan`, { rules: [{ agent_id: ids[JANA.email] }] })
    const number = (await inbound('Vrácení peněz', 'Kdy dostanu peníze?')).ticket_number
    await desk.api('PATCH', `/tickets/${number}`, { owner_id: ids[TOMAS.email] })

    const boss = await asPerson(browser, BOSS)
    await boss.goto('/views/waiting')
    await boss.getByRole('link', { name: 'Team calendar' }).first().click()
    await boss.getByRole('link', { name: `Sick leave of ${TOMAS.name}` }).click()
    await boss.getByText(`Everything → ${JANA.name}`).waitFor()
    await boss.getByRole('button', { name: /^Start now/ }).click()
    await boss.getByRole('heading', { name: `Absence of ${TOMAS.name}` }).waitFor()
    assert.deepInclude((await desk.api('GET', `/tickets/${number}`)).acting, { name: JANA.name })
    assert.deepEqual(await faultsOf(boss), [])
    await boss.setViewportSize({ width: 1440, height: 900 })
    await boss.goto('/absences')
    assert.deepEqual(await faultsOf(boss), [])

    const tomas = await asPerson(browser, TOMAS)
    await tomas.goto('/customers')
    await tomas.getByText('Are you back?').waitFor()
    await tomas.getByRole('button', { name: 'I am back' }).click()
    await tomas.getByRole('heading', { name: 'What happened meanwhile' }).waitFor()
    assert.isNull((await desk.api('GET', `/tickets/${number}`)).acting)
  })
})
