import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

// How much memory memcached needs at a given -m: it is filled one and a half times with values of one size, is given some
// of every other size where a run says so, and then every connection that it allows. Prints the high-water mark of its
// resident memory as the kernel counts it (VmHWM).
// Usage: node bench/memcached-memory.ts [path of memcached]

const binary = process.argv[2] ?? 'memcached'
const PORT = 21311

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
  const args = ['-u', 'nobody', '-l', '127.0.0.1', '-p', `${PORT}`, '-U', '0']
  const child = spawn(binary, [...args, '-m', `${run.memory}`, '-I', run.item, '-c', `${run.connections}`], {
    stdio: 'ignore',
  })
  try {
    const socket = await dial()
    const empty = await resident(child.pid)
    await fill(socket, run)
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

async function dial(): Promise<Socket> {
  const deadline = Date.now() + 5000
  for (;;) {
    const socket = connect(PORT, '127.0.0.1')
    try {
      await once(socket, 'connect')
      socket.on('error', () => socket.destroy())
      return socket
    } catch (error) {
      if (Date.now() > deadline) throw error
      await sleep(20)
    }
  }
}

/** Stores one and a half times what fits. */
async function fill(socket: Socket, { memory, value }: Run): Promise<void> {
  const payload = 'x'.repeat(value)
  const count = Math.ceil((memory * 1024 * 1024 * 1.5) / (value + 80))
  const batch = Math.max(1, Math.floor(1_000_000 / (value + 80)))
  for (let start = 0; start < count; start += batch) {
    let text = ''
    for (let i = start; i < Math.min(start + batch, count); i++) {
      text += `set key:${i.toString().padStart(12, '0')} 0 0 ${value} noreply\r\n${payload}\r\n`
    }
    if (!socket.write(text)) await once(socket, 'drain')
  }
  await statistics(socket)
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

/** Also waits until everything sent before has been read. */
async function statistics(socket: Socket): Promise<Map<string, string>> {
  socket.write('stats\r\n')
  let text = ''
  while (!text.endsWith('END\r\n')) text += (await once(socket, 'data'))[0]
  const pairs = [...text.matchAll(/STAT (\S+) (\S+)/g)]
  return new Map(pairs.map(([, name = '', value = '']) => [name, value]))
}

async function resident(pid: number | undefined): Promise<string> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return mib(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024)
}

function mib(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1)
}
