import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Phase } from '../../build/topologies/figures.ts'
import { poolsOf, type Topology } from '../../build/topologies/topology.ts'
import { configFor, serialise } from '../../routing/config.ts'
import { flagsFor } from '../../routing/flags.ts'
import { freePort, LOOPBACK } from '../../testing/control-plane/port.ts'
import { eventually } from '../../testing/deadline.ts'
import { accepts, startMemcached } from '../../testing/pool.ts'
import { Children } from '../../testing/process/children.ts'

export const ALL_UP: Phase = { dead: new Set(), emptied: new Set() }

/** The servers of a topology on loopback, and a router for each phase. */
export class TopologyStage {
  readonly children = new Children('topologies')
  readonly #topology: Topology
  readonly #mcrouter: string
  readonly #clients = new Map<string, Promise<Socket>>()
  #ports: Promise<ReadonlyMap<string, number>> | undefined

  /** @param mcrouter path of the program */
  constructor(topology: Topology, mcrouter: string) {
    this.#topology = topology
    this.#mcrouter = mcrouter
  }

  async ask(phase: Phase, request: string): Promise<string> {
    const id = [...phase.dead, '-', ...phase.emptied].join(' ')
    const client = this.#clients.get(id) ?? this.#client(phase)
    this.#clients.set(id, client)
    const socket = await client
    const reply = once(socket, 'data')
    socket.write(`${request}\r\n`)
    return String((await reply)[0])
      .trimEnd()
      .replaceAll('\r\n', ' | ')
  }

  /** Of a router for which nobody listens at the addresses of dead servers, and an empty server does for one that is back. */
  async #client({ dead, emptied }: Phase): Promise<Socket> {
    this.#ports ??= this.#servers()
    const ports = new Map(await this.#ports)
    for (const server of dead) ports.set(server, await freePort())
    for (const server of emptied) ports.set(server, await this.#memcached())
    const { mcrouter } = this.#topology
    const addresses = poolsOf(this.#topology).map(({ servers }) =>
      servers.map((server) => `${LOOPBACK}:${ports.get(server)}`),
    )
    const port = await freePort()
    const file = join(this.children.directory, `${port}.json`)
    await writeFile(file, serialise(configFor(mcrouter, addresses)))
    // A flag given twice counts as given last.
    const args = [...flagsFor(mcrouter), `--config-file=${file}`, `--port=${port}`]
    this.children.start('mcrouter', { file: this.#mcrouter, args })
    await eventually('a router', () => accepts(port))
    return connect(port, LOOPBACK)
  }

  async #servers(): Promise<ReadonlyMap<string, number>> {
    const servers = poolsOf(this.#topology).flatMap((pool) => pool.servers)
    return new Map(
      await Promise.all(servers.map(async (server) => [server, await this.#memcached()] as const)),
    )
  }

  async #memcached(): Promise<number> {
    const port = await freePort()
    startMemcached(this.children, port)
    await eventually('a server', () => accepts(port))
    return port
  }
}
