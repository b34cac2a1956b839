import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { delimiter, join } from 'node:path'
import { freePort, LOOPBACK } from './control-plane/port.ts'
import { eventually } from './deadline.ts'
import type { Children } from './process/children.ts'

export interface PoolOptions {
  /** Of its files. */
  readonly name: string
  /** Path of mcrouter. */
  readonly mcrouter: string
  /** As the operator renders them. */
  readonly flags: readonly string[]
  readonly servers: number
  /** mcrouter's configuration with the addresses of the servers. */
  config(addresses: readonly string[]): string
}

/** Starts memcached servers and one mcrouter on loopback; resolves to the router's port once all of them accept connections. */
export async function startPool(children: Children, options: PoolOptions): Promise<number> {
  const { name, mcrouter, flags, servers, config } = options
  const ports = await Promise.all(Array.from({ length: servers + 1 }, freePort))
  const [port = 0, ...serverPorts] = ports
  for (const at of serverPorts) startMemcached(children, at)
  const file = join(children.directory, `${name}.json`)
  await writeFile(file, config(serverPorts.map((at) => `${LOOPBACK}:${at}`)))
  // A flag given twice counts as given last.
  const args = [...flags, `--config-file=${file}`, `--port=${port}`, '--debug-fifo-root=']
  const router = children.start('mcrouter', { file: mcrouter, args })
  await eventually(`mcrouter and memcached of ${name}`, async () =>
    router.running ? (await Promise.all(ports.map(accepts))).every(Boolean) : 'ended',
  )
  if (!router.running) throw new Error(`mcrouter has ended:\n${await router.log()}`)
  return port
}

/** On loopback; it accepts connections a moment later. */
export function startMemcached(children: Children, port: number): void {
  // As root it insists on a user.
  const args = ['-u', 'nobody', '-l', LOOPBACK, '-p', `${port}`, '-U', '0', '-I', '32m']
  children.start('memcached', { file: 'memcached', args })
}

/** Path of a program on PATH. */
export function onPath(program: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const directories = (env.PATH ?? '').split(delimiter).filter(Boolean)
  return directories.map((directory) => join(directory, program)).find((path) => existsSync(path))
}

export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, LOOPBACK, () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
