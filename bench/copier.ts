import { Crawler } from '../copier/dump/crawler.ts'
import { KeyMemory } from '../copier/keys/key-memory.ts'
import { copy } from '../copier/passes/copy.ts'
import { goThrough } from '../copier/passes/pass.ts'
import { Transfer } from '../copier/passes/transfer.ts'
import { Connection } from '../copier/servers/connection.ts'
import { dialOver } from '../copier/servers/dial.ts'
import { look } from '../copier/servers/look.ts'
import { systemClock as clock } from '../process/clock.ts'
import { freePort, LOOPBACK } from '../testing/control-plane/port.ts'
import { eventually } from '../testing/deadline.ts'
import { accepts } from '../testing/pool.ts'
import type { Child, Children } from '../testing/process/children.ts'
import { cpuOf } from '../testing/process/usage.ts'
import type { Bench, Benchmark, Figure } from './support/benchmark.ts'

const MOVE = { from: 1, to: 2, salt: '' }
const KEYS = 400_000
const VALUE = 'v'.repeat(500)
const GIB = 2 ** 30
const KIND = { step: copy, asksForGone: true }

export const benchmark: Benchmark = {
  title: 'Copying a pool that grows from one server to two',
  method: `400,000 keys of 24 bytes with values of 500 bytes, of which half move, in real memcached on loopback, without a bound on the rate. The copier
runs in the process that measures. CPU times are those of the first pass, which copies everything, for each GiB of values that it moved;
the second finds nothing to do and is the price of a list. Memory is what keys take in buffers, beside some 90 MiB of Node.`,
  needs: ['memcached'],
  run: measure,
}

interface Server {
  readonly host: string
  readonly port: number
  readonly child: Child
}

async function measure({ children, quick }: Bench): Promise<Figure[]> {
  const keys = quick ? 4_000 : KEYS
  const servers = [await start(children), await start(children)]
  const dial = dialOver(undefined)
  const [source] = servers
  if (source !== undefined) await fill(new Connection(dial(source), clock), keys)
  const memory = new KeyMemory(GIB)
  const crawler = new Crawler({ dial, clock })
  const transfer = new Transfer({ move: MOVE, rate: 10_000_000, crawler, memory, clock })
  transfer.signal = new AbortController().signal
  for (const [index, address] of servers.entries())
    transfer.servers.set(index, await look(address, dial, clock, false))
  const pids = [process.pid, ...servers.map(({ child }) => child.pid ?? 0)]
  const first = await costOf(pids, () => goThrough(transfer, KIND))
  const moved = transfer.copied
  const again = await costOf(pids, () => goThrough(transfer, KIND))
  for (const server of transfer.servers.values()) server.close()
  const gibibytes = (moved * VALUE.length) / GIB
  const perGiB = (cpu = 0) => [cpu / 1e6 / gibibytes]
  const [own, from, to] = first.cpu
  return [
    { what: 'keys copied', unit: 'keys/s', samples: [moved / first.seconds] },
    { what: 'CPU of the copier for each GiB', unit: 's', samples: perGiB(own) },
    { what: 'CPU of the source for each GiB', unit: 's', samples: perGiB(from) },
    { what: 'CPU of the destination for each GiB', unit: 's', samples: perGiB(to) },
    {
      what: 'CPU of the copier for a key that is listed again',
      unit: 'µs',
      samples: [(again.cpu[0] ?? 0) / keys],
    },
    {
      what: 'memory for a million keys that move',
      unit: 'MiB',
      samples: [(memory.taken / moved) * (1e6 / 2 ** 20)],
    },
  ]
}

async function start(children: Children): Promise<Server> {
  const port = await freePort()
  const args = ['-u', 'nobody', '-l', LOOPBACK, '-p', `${port}`, '-U', '0', '-m', '1024']
  const child = children.start(`memcached-${port}`, { file: 'memcached', args })
  await eventually('memcached accepts connections', () => accepts(port))
  return { host: LOOPBACK, port, child }
}

async function fill(connection: Connection, count: number): Promise<void> {
  for (let from = 0; from < count; from += 1_000)
    await connection.exchange(
      Array.from({ length: 1_000 }, (_, index) => [
        Buffer.from(`set ${keyAt(from + index)} 0 0 ${VALUE.length}\r\n${VALUE}\r\n`),
      ]),
    )
  connection.close()
}

function keyAt(index: number): string {
  return `session:${`${index}`.padStart(16, '0')}`
}

/** Time on the clock, and of each process on the CPU in microseconds. */
async function costOf(
  pids: readonly number[],
  work: () => Promise<void>,
): Promise<{ readonly seconds: number; readonly cpu: readonly number[] }> {
  const before = pids.map(cpuOf)
  const begun = performance.now()
  await work()
  const seconds = (performance.now() - begun) / 1000
  return { seconds, cpu: pids.map((pid, index) => cpuOf(pid) - (before[index] ?? 0)) }
}
