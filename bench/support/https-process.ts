import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { Agent, fetch } from 'undici'
import { FOR_NODE } from '../../build/bundle.ts'
import { freePort, LOOPBACK } from '../../test/support/control-plane/port.ts'
import { eventually } from '../../test/support/deadline.ts'
import type { Child, ChildCommand, Children } from '../../test/support/process/children.ts'
import type { Application } from './application.ts'
import type { Serving } from './serving.ts'

/** A process that serves HTTPS on loopback. */
export interface HttpsProcess {
  readonly url: string
  readonly pid: number
  readonly ca: string
  /** Milliseconds from its start until /readyz answered 200, looked at every 5 ms. */
  readonly readyAfterMs: number
  stop(): Promise<void>
}

/** The server as in the image. */
export async function startServer(
  children: Children,
  application: Application,
  serving: Serving,
): Promise<HttpsProcess> {
  const port = await freePort()
  const listen = `--listen=${LOOPBACK}:${port}`
  const command = application.command(['server', listen, `--cert-dir=${serving.directory}`])
  return await start(children, 'server', command, port, serving)
}

/** A bare Fastify with the same certificate, bundled as the server is; see echo-server.ts. */
export async function startEcho(children: Children, serving: Serving): Promise<HttpsProcess> {
  const port = await freePort()
  const source = fileURLToPath(new URL('echo-server.ts', import.meta.url))
  const outfile = join(children.directory, 'echo-server.mjs')
  await build({ ...FOR_NODE, entryPoints: [source], outfile })
  const env = { ...process.env, NODE_ENV: 'production' }
  const command = { file: process.execPath, args: [outfile, `${port}`, serving.directory], env }
  return await start(children, 'echo', command, port, serving)
}

async function start(
  children: Children,
  name: string,
  command: ChildCommand,
  port: number,
  { ca }: Serving,
): Promise<HttpsProcess> {
  const url = `https://${LOOPBACK}:${port}`
  const begin = performance.now()
  const child = children.start(name, command)
  await untilReady(child, url, new Agent({ connect: { ca } }))
  const readyAfterMs = performance.now() - begin
  return {
    url,
    ca,
    readyAfterMs,
    pid: child.pid ?? 0,
    // It has nothing to lose, and an orderly end takes ten seconds.
    stop: async () => void (await child.stop('SIGKILL')),
  }
}

async function untilReady(child: Child, url: string, dispatcher: Agent): Promise<void> {
  const look = async () => (await fetch(`${url}/readyz`, { dispatcher })).ok
  try {
    await eventually(`${child.name} is ready`, look, { everyMs: 5 })
  } catch (cause) {
    throw new Error(`${child.name} did not become ready:\n${await child.log()}`, { cause })
  } finally {
    await dispatcher.destroy()
  }
}
