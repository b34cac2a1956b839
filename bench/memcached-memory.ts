import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { dial, fill, startMemcached, statistics } from './support/memcached.ts'

// How much memory memcached needs at a given -m: it is filled one and a half times with values of one size, is given some
// of every other size where a run says so, and then every connection that it allows. Prints the high-water mark of its
// resident memory as the kernel counts it (VmHWM).
// Usage: node bench/memcached-memory.ts [path of memcached]

const binary = process.argv[2] ?? 'memcached'

interface Run {
  /** -m, MiB */
  readonly memory: number
  /** -I */
  readonly item: string
  /** Bytes of each value. */
  readonly value: number
  /** Whether values of all other sizes follow. */
  readonly mixed?: boolean
  /** -c; all but a few are opened. */
  readonly connections: number
  /** What each of those connections does before it idles. */
  readonly use: 'idle' | 'get' | 'half a value'
}

const RUNS: readonly Run[] = [
  ...[64, 256, 1024].flatMap((memory) =>
    [10, 100, 1000, 10_000, 400_000, 3_000_000].map(
      (value): Run => ({ memory, item: '32m', value, connections: 1024, use: 'idle' }),
    ),
  ),
  ...[64, 256, 1024, 1180].flatMap((memory) =>
    [10, 1000].map(
      (value): Run => ({ memory, item: '32m', value, mixed: true, connections: 1024, use: 'idle' }),
    ),
  ),
  { memory: 64, item: '1m', value: 1000, connections: 1024, use: 'get' },
  { memory: 64, item: '1m', value: 1000, connections: 16_384, use: 'idle' },
  { memory: 64, item: '1m', value: 1000, connections: 16_384, use: 'get' },
  { memory: 64, item: '1m', value: 1000, connections: 16_384, use: 'half a value' },
  { memory: 64, item: '32m', value: 15_000_000, connections: 1024, use: 'idle' },
  { memory: 256, item: '128m', value: 60_000_000, connections: 1024, use: 'idle' },
]

for (const run of RUNS) console.log(await measure(run))

async function measure(run: Run): Promise<string> {
  const options = ['-m', `${run.memory}`, '-I', run.item, '-c', `${run.connections}`]
  const child = startMemcached(binary, options)
  try {
    const socket = await dial()
    const empty = await resident(child.pid)
    await fill(socket, run.memory, run.value)
    if (run.mixed) await mix(socket)
    const full = await resident(child.pid)
    const clients: Socket[] = []
    for (let opened = 0; opened < run.connections - 8; opened += 64) {
      const batch = Math.min(64, run.connections - 8 - opened)
      clients.push(...(await Promise.all(Array.from({ length: batch }, dial))))
    }
    for (const client of clients) use(client, run.use)
    await sleep(500)
    const connected = await resident(child.pid)
    const stats = await statistics(socket)
    for (const client of [...clients, socket]) client.destroy()
    return [
      `-m ${run.memory} -I ${run.item} -c ${run.connections}: values of ${run.value} B${run.mixed ? ' and others' : ''}, connections ${run.use}`,
      `empty ${empty} full ${full} connected ${connected} MiB (over -m: ${(Number(connected) - run.memory).toFixed(1)})`,
      `items ${stats.get('curr_items')} hash ${mib(Number(stats.get('hash_bytes')))} evictions ${stats.get('evictions')}`,
    ].join('; ')
  } finally {
    child.kill()
    await once(child, 'exit')
  }
}

/** memcached has a class of chunks for each quarter more of size, and takes a first MiB for each although it is full. */
async function mix(socket: Socket): Promise<void> {
  for (let size = 1; size < 500_000; size = Math.ceil(size * 1.1)) {
    for (let i = 0; i < 20; i++)
      socket.write(`set mix:${size}:${i} 0 0 ${size} noreply\r\n${'x'.repeat(size)}\r\n`)
  }
  await statistics(socket)
}

function use(client: Socket, what: Run['use']): void {
  client.resume()
  if (what === 'get') client.write('get key:000000000001\r\n')
  if (what === 'half a value') client.write(`set half 0 0 1000\r\n${'x'.repeat(500)}`)
}

async function resident(pid: number | undefined): Promise<string> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return mib(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024)
}

function mib(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1)
}
