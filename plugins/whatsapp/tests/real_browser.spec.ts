import { readdirSync, readFileSync } from 'node:fs'
import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import type InboxRow from '#channels/inbox'
import { writeConfig } from '#channels/inbox_config'
import { pollOnce } from '#channels/polling'
import { pluginRegistry } from '#plugins/registry'
import { givenInbox } from '#tests/given'
import { until } from '#tests/window'
import { WhatsappWebPage } from '../../../tests/fakes/whatsapp_web_page.js'
import type { WhatsappInbox } from '../config.js'
import { poll } from '../web/poll.js'
import { sessionActs, sessionPanel } from '../web/status.js'

/**
 * The real whatsapp-web.js in the real Chromium, in its own process, on a page of the loopback; no other name resolves in
 * that browser (contracts/channels/03).
 */
test.group('WhatsApp | a linked phone, the real browser', (group) => {
  let page: WhatsappWebPage
  let row: InboxRow
  let folder: string
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(async () => {
    page = await new WhatsappWebPage().start()
    row = await givenInbox({ channel: 'whatsapp', address: '+420555000111' })
    row.config = writeConfig(row, { 'transport': 'web', 'number': '+420555000111', 'web.understood': true, 'web.url': page.url })
    await row.save()
    folder = await inbox().folder()
    return async () => {
      await poll.end(inbox())
      await page.stop()
    }
  })

  const inbox = () => pluginRegistry.inboxFor(row) as unknown as WhatsappInbox
  const turn = async () => {
    await pollOnce(row, pluginRegistry.channel('whatsapp')!, new AbortController().signal)
    return (await sessionPanel(inbox())) as Record<string, any>
  }
  const shows = (key: string) => until(key, async () => (await turn()).key === key && (await sessionPanel(inbox())), 90_000) as Promise<Record<string, any>>

  /** What belongs to the session: its process, and whatever of its browser knows the folder of the profile. */
  const processes = () => {
    const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        return fields[0] === 'Z' ? [] : [{ pid: Number(pid), parent: Number(fields[1]), command: readFileSync(`/proc/${pid}/cmdline`, 'utf8') }]
      } catch {
        return []
      }
    })
    return all.filter(({ parent, command }) => command.includes(folder) || (command.includes('web/child.') && parent === process.pid))
  }

  test('it starts, shows the code as a picture and one to type, and its processes are gone when it is switched off', async ({ assert }) => {
    const shown = await shows('whatsapp.state.scan')
    assert.match(shown.code, /^data:image\/svg\+xml;base64,/)
    assert.isAbove(page.requests.length, 0)
    assert.isAbove(processes().length, 2, 'the process of the session and its browser')

    await sessionActs.code(inbox())
    assert.equal((await shows('whatsapp.state.code')).typed, 'K7PQ-0111')
    await sessionActs.scan(inbox())
    assert.match((await shows('whatsapp.state.scan')).code, /^data:image/)

    await poll.end(inbox())
    // The browser's own watchers of crashes end by themselves once it is gone.
    await until('its processes are gone', async () => processes().length === 0, 20_000)
    assert.equal(((await sessionPanel(inbox())) as { key: string }).key, 'whatsapp.state.off')
  }).timeout(200_000)

  test('a network that fails ends in words and leaves no process behind', async ({ assert }) => {
    page.broken = true
    const shown = await shows('whatsapp.state.failed')
    assert.match(shown.detail, /ERR_|net::/)
    await turn()
    await until('its processes are gone', async () => processes().length === 0, 20_000)
    const health = await db.from('inbox_health').where('inbox_id', row.id).first()
    assert.include(health.reason, 'state.failed')
  }).timeout(200_000)

  test('a browser that is killed is said, and no fault of the desk', async ({ assert }) => {
    await shows('whatsapp.state.scan')
    const child = processes().find(({ command }) => command.includes('web/child.'))!
    process.kill(child.pid, 'SIGKILL')
    const shown = await shows('whatsapp.state.failed')
    assert.include(shown.detail, 'SIGKILL')
    await until('its browser went with it', async () => processes().length === 0, 20_000)
  }).timeout(200_000)
})
