import { freePort, startServer, temporaryFolder, type Started } from './processes.js'

/** A Redis of our own that keeps nothing on disk. `port` starts it again where it was. */
export async function startRedis(port?: number): Promise<Started & { url: string }> {
  const folder = temporaryFolder('redis')
  port ??= await freePort()
  const server = await startServer('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder], port, folder)
  return { ...server, url: `redis://127.0.0.1:${port}` }
}
