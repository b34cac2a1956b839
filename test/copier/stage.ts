import { pino } from 'pino'
import type { Test } from 'tap'
import { Crawler } from '../../copier/dump/crawler.ts'
import { KeyMemory } from '../../copier/keys/key-memory.ts'
import type { Order } from '../../copier/order.ts'
import { type Move, placesOf } from '../../copier/passes/move.ts'
import { Transfer } from '../../copier/passes/transfer.ts'
import type { Phase } from '../../copier/phases.ts'
import { type Address, dialOver } from '../../copier/servers/dial.ts'
import { look } from '../../copier/servers/look.ts'
import type { Server } from '../../copier/servers/server.ts'
import { type Progress, Work } from '../../copier/work.ts'
import { systemClock } from '../../process/clock.ts'
import { freePort, LOOPBACK } from '../../testing/control-plane/port.ts'
import { eventually } from '../../testing/deadline.ts'
import { accepts } from '../../testing/pool.ts'
import { type Child, Children } from '../../testing/process/children.ts'
import { Client } from './client.ts'

export const dial = dialOver(undefined)
const PLENTY = 2 ** 28

/** memcached as it was started. */
export interface Memcached extends Address {
  readonly child: Child
  readonly client: Client
}

/** Real servers on loopback, which end with the test. */
export class Stage {
  readonly #children = new Children('copier')
  readonly #clients: Client[] = []
  readonly #servers: Server[] = []
  readonly #works: Work[] = []
  /** Has all of them spoken to as 1.5 was. */
  isClassic = false

  constructor(t: Test) {
    t.teardown(async () => {
      await Promise.all(this.#works.map((work) => work.stop()))
      for (const one of [...this.#clients, ...this.#servers]) one.close()
      await this.#children.end()
    })
  }

  /** With 64 MB and what is in `args`. */
  async memcached(...args: readonly string[]): Promise<Memcached> {
    return await this.start(await freePort(), args)
  }

  async start(port: number, args: readonly string[] = []): Promise<Memcached> {
    const own = ['-u', 'nobody', '-l', LOOPBACK, '-p', `${port}`, '-U', '0', '-t', '2', ...args]
    const child = this.#children.start(`memcached-${port}`, { file: 'memcached', args: own })
    await eventually('memcached accepts connections', () => accepts(port))
    const address = { host: LOOPBACK, port }
    const client = new Client(address)
    this.#clients.push(client)
    return { ...address, child, client }
  }

  /** Looks often: what a copier does between two steps takes milliseconds. */
  until(what: string, look: () => boolean | undefined): Promise<true> {
    return eventually(what, look, { everyMs: 5 })
  }

  pool(count: number, ...args: readonly string[]): Promise<Memcached[]> {
    return Promise.all(Array.from({ length: count }, () => this.memcached(...args)))
  }

  async look(address: Address): Promise<Server> {
    const server = await look(address, dial, systemClock, this.isClassic)
    this.#servers.push(server)
    return server
  }

  crawler(busyMs?: number, idleMs?: number): Crawler {
    const limits = { ...(busyMs !== undefined && { busyMs }), ...(idleMs !== undefined && { idleMs }) }
    return new Crawler({ dial, clock: systemClock, ...limits })
  }

  async transfer(move: Move, servers: readonly Address[], memory = PLENTY): Promise<Transfer> {
    const options = { move, rate: 1_000_000, crawler: this.crawler(), clock: systemClock }
    const transfer = new Transfer({ ...options, memory: new KeyMemory(memory) })
    transfer.signal = new AbortController().signal
    for (const [index, address] of servers.entries()) transfer.servers.set(index, await this.look(address))
    return transfer
  }

  /** A process that knows nothing. */
  work(order: Order, { memory = PLENTY, busyMs = 60_000 } = {}): Work {
    const work = new Work(order, {
      crawler: this.crawler(busyMs),
      memory: new KeyMemory(memory),
      clock: systemClock,
      log: pino({ enabled: false }),
      look: (address) => this.look(address),
    })
    this.#works.push(work)
    return work
  }
}

export function nth(servers: readonly Memcached[], index: number): Memcached {
  const server = servers[index]
  if (server === undefined) throw new RangeError(`there is no server ${index}`)
  return server
}

export function orderOf(move: Pick<Move, 'from' | 'to'>, servers: readonly Address[], phase: Phase): Order {
  const addresses = servers.map(({ host, port }) => ({ host, port }))
  const rest = { salt: '', tls: false, rate: 1_000_000, timeoutSeconds: 600 }
  return { id: 'a', pool: 'main', phase, servers: addresses, from: move.from, to: move.to, ...rest }
}

/** What it has come to. */
export function ended(work: Work): Promise<Progress> {
  return eventually('the phase ends', () => (work.progress.state === 'working' ? undefined : work.progress), {
    everyMs: 5,
  })
}

/** Keys that move, of `name:0` and so on. */
export function movingKeys(move: Move, count: number, name = 'key'): string[] {
  const keys: string[] = []
  for (let index = 0; keys.length < count; index += 1) {
    const key = `${name}:${index}`
    const [old, place] = placesOf(Buffer.from(key), move)
    if (old !== place) keys.push(key)
  }
  return keys
}
