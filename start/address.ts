/** Lets a command's flags win over HOST and PORT; to be called before `start/env.ts` is read. */
export function listenAt(host?: string, port?: number) {
  if (host) process.env.HOST = host
  if (port) process.env.PORT = String(port)
}
