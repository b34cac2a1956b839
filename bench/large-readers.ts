import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { configFor, serialise } from '../routing/config.ts'
import { flagsFor } from '../routing/flags.ts'
import { serverTimeout } from '../routing/server-timeout.ts'
import { mcrouterWith } from '../testing/mcrouter.ts'

// What readers of one large value do to everybody else: a memcached in a network namespace of its own, behind 1 Gbit/s
// (tc tbf), a mcrouter, four clients that get a value of 31 MB without pause, and one that sets small ones. Prints, for
// the timeout of before and the one that is rendered, how many of the small ones failed.
// On a machine that does not carry that much, a line of 200 Mbit/s with values of a fifth takes as long.
// Needs root, ip and tc. Usage: node bench/large-readers.ts PATH_OF_MCROUTER [PATH_OF_MEMCACHED [MBIT_PER_SECOND]]

const [mcrouter, memcached = 'memcached', mbit = '1000'] = process.argv.slice(2)
if (mcrouter === undefined) throw new Error('usage: node bench/large-readers.ts PATH_OF_MCROUTER')

const NAMESPACE = 'large-readers'
const [HERE, THERE] = ['10.213.7.1', '10.213.7.2']
const ROUTER_PORT = 21_500
const ITEM_SIZE = '32m'
const VALUE = Math.round((31 * 1024 * 1024 * Number(mbit)) / 1000)
const READERS = 4
const RUN_MS = 15_000
/** Between two small requests of one client. */
const PAUSE_MS = 20

run('ip', 'netns', 'add', NAMESPACE)
const processes: ChildProcess[] = []
try {
  run('ip', 'link', 'add', 'lr0', 'type', 'veth', 'peer', 'name', 'lr1', 'netns', NAMESPACE)
  run('ip', 'address', 'add', `${HERE}/30`, 'dev', 'lr0')
  run('ip', 'link', 'set', 'lr0', 'up')
  inside('ip', 'address', 'add', `${THERE}/30`, 'dev', 'lr1')
  inside('ip', 'link', 'set', 'lr1', 'up')
  inside('tc', ...`qdisc add dev lr1 root tbf rate ${mbit}mbit burst 256kb latency 50ms`.split(' '))
  const options = ['-u', 'nobody', '-l', THERE, '-p', '11211', '-U', '0', '-m', '256', '-I', ITEM_SIZE]
  start('ip', ['netns', 'exec', NAMESPACE, memcached, ...options])
  await store()
  for (const timeout of [500, serverTimeout(ITEM_SIZE)]) console.log(await measured(timeout))
} finally {
  for (const child of processes) child.kill('SIGKILL')
  run('ip', 'netns', 'delete', NAMESPACE)
}

/** Puts the large value into memcached itself: on its way through a router it would be subject to the timeout. */
async function store(): Promise<void> {
  const socket = await open(11_211, THERE)
  const request = `set large 0 0 ${VALUE}\r\n${'x'.repeat(VALUE)}\r\n`
  const reply = await ask(socket, request, (_, last) => last.endsWith('\r\n'))
  socket.destroy()
  if (reply.last !== 'STORED\r\n') throw new Error(`memcached does not store the large value: ${reply.last}`)
}

/** What small requests see with this server_timeout. */
async function measured(timeout: number): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'large-readers-'))
  const spec = mcrouterWith({
    topology: 'sharded',
    routers: { port: ROUTER_PORT, release: 'current' },
    memcached: { maxItemSize: ITEM_SIZE },
  })
  const config = serialise(configFor(spec, [[`${THERE}:11211`]]))
  const text = config.replace(/"server_timeout": \d+/, `"server_timeout": ${timeout}`)
  await writeFile(join(directory, 'config.json'), text)
  const flags = flagsFor(spec).map((flag) => flag.replace('/etc/mcrouter', directory))
  const router = start(mcrouter ?? '', flags)
  const stop = new AbortController()
  const reading = Array.from({ length: READERS }, () => readUntil(stop.signal))
  const { failed, sent, slowest } = await setSmall()
  stop.abort()
  const whole = (await Promise.all(reading)).reduce((sum, count) => sum + count, 0)
  router.kill('SIGKILL')
  await once(router, 'exit')
  await rm(directory, { recursive: true })
  return `server_timeout ${timeout} ms: ${failed} of ${sent} small sets failed, the slowest took ${slowest} ms; ${whole} whole reads`
}

/** Gets the large value without pause. Resolves to how often all of it came. */
async function readUntil(signal: AbortSignal): Promise<number> {
  const socket = await open()
  let whole = 0
  while (!signal.aborted && !socket.destroyed) {
    // An error, or a miss, is a line of a few bytes.
    const isEnough = (bytes: number, last: string) => bytes > VALUE || /(END|ERROR.*)\r\n$/.test(last)
    const { bytes } = await ask(socket, 'get large\r\n', isEnough)
    if (bytes > VALUE) whole += 1
    else await sleep(PAUSE_MS)
  }
  socket.destroy()
  return whole
}

async function setSmall() {
  const socket = await open()
  const until = performance.now() + RUN_MS
  let [sent, failed, slowest] = [0, 0, 0]
  while (performance.now() < until && !socket.destroyed) {
    const began = performance.now()
    const { last } = await ask(socket, `set small:${sent} 0 0 2\r\nok\r\n`, (_, last) =>
      last.endsWith('\r\n'),
    )
    sent += 1
    if (last !== 'STORED\r\n') failed += 1
    slowest = Math.max(slowest, Math.round(performance.now() - began))
    await sleep(PAUSE_MS)
  }
  socket.destroy()
  return { failed, sent, slowest }
}

interface Heard {
  readonly bytes: number
  /** The end of it. */
  readonly last: string
}

/** Resolves once it is enough, or the connection has ended. */
function ask(
  socket: Socket,
  request: string,
  isEnough: (bytes: number, last: string) => boolean,
): Promise<Heard> {
  return new Promise((resolve) => {
    let heard: Heard = { bytes: 0, last: '' }
    const done = () => {
      socket.off('data', onData).off('close', done)
      resolve(heard)
    }
    const onData = (piece: Buffer) => {
      heard = { bytes: heard.bytes + piece.length, last: piece.subarray(-200).toString('latin1') }
      if (isEnough(heard.bytes, heard.last)) done()
    }
    socket.on('data', onData).on('close', done)
    socket.write(request)
  })
}

async function open(port = ROUTER_PORT, host = '127.0.0.1'): Promise<Socket> {
  const deadline = Date.now() + 5_000
  for (;;) {
    const socket = connect(port, host)
    try {
      await once(socket, 'connect')
      // What ends it is for whoever asks next.
      return socket.on('error', () => undefined)
    } catch (error) {
      if (Date.now() > deadline) throw error
      await sleep(50)
    }
  }
}

function start(program: string, options: readonly string[]): ChildProcess {
  const child = spawn(program, options, { stdio: 'ignore' })
  processes.push(child)
  return child
}

function inside(...command: string[]): void {
  run('ip', 'netns', 'exec', NAMESPACE, ...command)
}

function run(program: string, ...options: string[]): void {
  execFileSync(program, options, { stdio: ['ignore', 'inherit', 'inherit'] })
}
