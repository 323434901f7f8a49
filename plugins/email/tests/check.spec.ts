import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { createServer as createTls } from 'node:tls'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from '@japa/runner'
import type { Words } from '#plugin'
import { SmtpSink } from '../../../tests/fakes/smtp_sink.js'
import { FakeMailbox } from '../../../tests/fakes/imap.js'
import { checkInbox } from '../check.js'
import { connectImap } from '../imap_client.js'
import { givenInbox } from './inbox.js'

async function whatIsWrong(values: Parameters<typeof givenInbox>[0], connect = connectImap): Promise<Words | null> {
  const health = await checkInbox(givenInbox(values), connect)
  return health.ok ? null : (health.reason as Words)
}

const imap = (port: number, tls: 'tls' | 'starttls' | 'none' = 'none') => ({ 'imap.host': '127.0.0.1', 'imap.port': port, 'imap.tls': tls, 'imap.username': 'info', 'imap.password': 'tajne' }) as const

async function givenCertificate(subject: string) {
  const folder = await mkdtemp(join(tmpdir(), 'cert-'))
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', join(folder, 'key'), '-out', join(folder, 'cert'), '-subj', `/CN=${subject}`], { stdio: 'ignore' })
  return { key: readFileSync(join(folder, 'key')), cert: readFileSync(join(folder, 'cert')) }
}

const listening = (server: Server) => new Promise<number>((done) => server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port)))

test.group('E-mail | the connection in words', () => {
  test('a server that does not exist', async ({ assert }) => {
    const words = await whatIsWrong({ ...imap(143), 'imap.host': 'imap.obchod.invalid' })
    assert.equal(words?.key, 'fault.hostNotFound')
    assert.equal(words?.values?.host, 'imap.obchod.invalid')
    assert.equal((await whatIsWrong({ 'smtp.host': 'smtp.obchod.invalid' }))?.key, 'fault.hostNotFound')
  })

  test('a port where nobody listens', async ({ assert }) => {
    assert.equal((await whatIsWrong(imap(1)))?.key, 'fault.refused')
    assert.equal((await whatIsWrong({ 'smtp.host': '127.0.0.1', 'smtp.port': 1 }))?.key, 'fault.refused')
  })

  test('a port that does not speak TLS', async ({ assert }) => {
    const server = createServer((socket) => socket.on('error', () => {}).write('* OK ready\r\n'))
    const port = await listening(server)
    assert.equal((await whatIsWrong(imap(port, 'tls')))?.key, 'fault.notTls')
    server.close()
  })

  test('a certificate that nobody vouches for', async ({ assert }) => {
    const server = createTls(await givenCertificate('127.0.0.1'), (socket) => socket.on('error', () => {}).write('* OK ready\r\n'))
    server.on('tlsClientError', () => {})
    const port = await listening(server)
    assert.equal((await whatIsWrong(imap(port, 'tls')))?.key, 'fault.certificateSelfSigned')
    assert.equal((await whatIsWrong({ 'smtp.host': '127.0.0.1', 'smtp.port': port, 'smtp.tls': 'tls' }))?.key, 'fault.certificateSelfSigned')
    server.close()
  })

  test('a password that is refused', async ({ assert }) => {
    const sink = await new SmtpSink({ user: 'info', password: 'right' }).start()
    const smtp = { 'smtp.host': '127.0.0.1', 'smtp.port': sink.port, 'smtp.tls': 'none', 'smtp.username': 'info', 'smtp.password': 'tajne-heslo' } as const
    const words = await whatIsWrong(smtp)
    assert.equal(words?.key, 'fault.login')
    assert.notInclude(JSON.stringify(words), 'tajne-heslo')
    assert.isNull(await whatIsWrong({ ...smtp, 'smtp.password': 'right' }))
    await sink.stop()
  })

  test('security that the server does not offer', async ({ assert }) => {
    const sink = await new SmtpSink().start()
    assert.equal((await whatIsWrong({ 'smtp.host': '127.0.0.1', 'smtp.port': sink.port, 'smtp.tls': 'starttls' }))?.key, 'fault.noStarttls')
    await sink.stop()
  })

  test('an inbox that only the API and the pipe feed is well', async ({ assert }) => {
    assert.isNull(await whatIsWrong({}))
  })

  test('every word of a fault and of a refusal is there in both languages', ({ assert }) => {
    const lang = (name: string) => JSON.parse(readFileSync(new URL(`../lang/${name}.json`, import.meta.url), 'utf8')) as Record<string, Record<string, string>>
    const [en, cs] = [lang('en'), lang('cs')]
    const sources = ['../faults.ts', '../check.ts', '../sending/refusals.ts', '../sending/send.ts'].map((path) => readFileSync(new URL(path, import.meta.url), 'utf8')).join('\n')
    for (const [, group, key] of sources.matchAll(/'(fault|send)\.(\w+)'/g)) assert.isString(en[group][key], `${group}.${key}`)
    for (const group of ['fault', 'send', 'settings']) assert.deepEqual(Object.keys(en[group]), Object.keys(cs[group]), group)
  })

  test('a folder that is not there, naming those that are', async ({ assert }) => {
    const mailbox = new FakeMailbox()
    const connect: typeof connectImap = async () => Object.assign(await mailbox.connect(), { open: async () => Promise.reject(new Error('Mailbox does not exist')) })
    const words = await whatIsWrong({ ...imap(143), 'imap.folder': 'Obchod' }, connect)
    assert.equal(words?.key, 'fault.folder')
    assert.equal(words?.values?.folders, 'INBOX, Sent')
  })
})
