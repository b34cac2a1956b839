import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { Agent, fetch } from 'undici'
import { FOR_NODE } from '../../build/bundle.ts'
import { freePort, LOOPBACK } from '../../testing/control-plane/port.ts'
import { eventually } from '../../testing/deadline.ts'
import type { Child, ChildCommand, Children } from '../../testing/process/children.ts'
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

/** Makes of a command what runs it in another way, such as on one processor. */
type Wrapping = (command: ChildCommand) => ChildCommand

const AS_IT_IS: Wrapping = (command) => command

/** The server as in the image. */
export async function startServer(
  children: Children,
  application: Application,
  serving: Serving,
  wrapped = AS_IT_IS,
): Promise<HttpsProcess> {
  const port = await freePort()
  const listen = `--listen=${LOOPBACK}:${port}`
  const command = application.command(['server', listen, `--cert-dir=${serving.directory}`])
  return await start(children, 'server', wrapped(command), port, serving)
}

/** A bare Fastify with the same certificate, bundled as the server is; see echo-server.ts. */
export function startEcho(children: Children, serving: Serving, wrapped = AS_IT_IS): Promise<HttpsProcess> {
  return startBare('echo', children, serving, wrapped)
}

/** Node alone with the same certificate; see fixed-server.ts. */
export function startFixed(children: Children, serving: Serving, wrapped = AS_IT_IS): Promise<HttpsProcess> {
  return startBare('fixed', children, serving, wrapped)
}

/** A bare Fastify with the same certificate that does a part of what the server does; see parts-server.ts. */
export function startParts(children: Children, serving: Serving, wrapped = AS_IT_IS): Promise<HttpsProcess> {
  return startBare('parts', children, serving, wrapped)
}

async function startBare(
  name: 'echo' | 'fixed' | 'parts',
  children: Children,
  serving: Serving,
  wrapped: Wrapping,
): Promise<HttpsProcess> {
  const port = await freePort()
  const source = fileURLToPath(new URL(`${name}-server.ts`, import.meta.url))
  const outfile = join(children.directory, `${name}-server.mjs`)
  await build({ ...FOR_NODE, entryPoints: [source], outfile })
  const env = { ...process.env, NODE_ENV: 'production' }
  const command = { file: process.execPath, args: [outfile, `${port}`, serving.directory], env }
  return await start(children, name, wrapped(command), port, serving)
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
