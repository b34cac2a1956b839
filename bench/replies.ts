import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { configFor, serialise } from '../routing/config.ts'
import { flagsFor } from '../routing/flags.ts'
import { mcrouterWith } from '../testing/mcrouter.ts'
import { PHASES, type Replies, vectors, wordFor, wordsFor } from '../testing/replies/table.ts'

// What a mcrouter answers to every operation while all servers are up, while one is dead, and when that one is back, empty:
// compared with what test/fixtures/vectors has. Ends with 1 where something differs.
// Usage: node bench/replies.ts PATH_OF_MCROUTER [PATH_OF_MEMCACHED] [RELEASE]

const [mcrouter = 'mcrouter', memcached = 'memcached', wanted = 'current'] = process.argv.slice(2)
const release = (['37', '40', '41', 'current'] as const).find((one) => one === wanted) ?? 'current'

const POOLS = [
  { config: 'replicated-2-available.json', topology: 'replicated', servers: 2 },
  { config: 'replicated-3-available.json', topology: 'replicated', servers: 3 },
  { config: 'sharded-3-miss-on-error.json', topology: 'sharded', servers: 3 },
] as const

/** A read ends with this, or with an error. */
const ENDED = /(^END|\r\nEND|^[A-Z]+_ERROR.*|^ERROR)\r\n$/

const differences = await Promise.all(POOLS.map(compare))
process.exitCode = differences.every((count) => count === 0) ? 0 : 1

async function compare({ config, topology, servers }: (typeof POOLS)[number]): Promise<number> {
  const expected = vectors<Replies>('replies').filter(
    (one) => one.config === config && (release !== '37' || !one.op.startsWith('gat')),
  )
  const directory = await mkdtemp(join(tmpdir(), 'replies-'))
  const ports = await Promise.all(Array.from({ length: servers + 1 }, freePort))
  const [port = 0, ...serverPorts] = ports
  const start = (at: number) =>
    spawn(memcached, ['-u', 'nobody', '-l', '127.0.0.1', '-p', `${at}`, '-U', '0'])
  const children = serverPorts.map(start)
  // The replies were those of the timeout of small items.
  const spec = mcrouterWith({ topology, routers: { port, release }, memcached: { maxItemSize: '1m' } })
  const text = serialise(configFor(spec, [serverPorts.map((at) => `127.0.0.1:${at}`)]))
  await writeFile(join(directory, 'config.json'), text)
  const flags = flagsFor(spec).map((flag) => flag.replace('/etc/mcrouter', directory))
  const router = spawn(mcrouter, flags, { stdio: 'ignore' })
  try {
    const client = await dial(port)
    const keys = await keysOf(client, expected, `127.0.0.1:${serverPorts[0]}`)
    const tokens = new Map<string, string>()
    for (const { op, key } of keys) tokens.set(key, await prepare(client, op, key))
    let differing = 0
    for (const phase of PHASES) {
      if (phase === 'after_2s') await end(children[0])
      if (phase === 'back') children[0] = start(serverPorts[0] ?? 0)
      if (phase !== 'healthy') await sleep(2000)
      for (const { one, op, key } of keys.filter((each) => each.phase === phase)) {
        const now = wordFor(await answer(client, op, key, tokens.get(key)))
        const before = wordsFor(one, phase, expected)
        if (before.has(now)) continue
        differing += 1
        console.log(
          `${config}, ${op}, home ${one.home}, ${phase}: ${now} instead of ${[...before].join(' or ')}`,
        )
      }
    }
    client.destroy()
    console.log(`${config}: ${keys.length - differing} of ${keys.length} replies as expected`)
    return differing
  } finally {
    for (const child of [router, ...children]) await end(child)
    await rm(directory, { recursive: true })
  }
}

/** A key of its own for each reply, whose home is the server that dies, or another. */
async function keysOf(client: Socket, expected: readonly Replies[], dying: string) {
  const keys: { one: Replies; op: string; key: string; phase: (typeof PHASES)[number] }[] = []
  let next = 0
  for (const one of expected) {
    for (const phase of PHASES) {
      for (;;) {
        const key = `key:${next++}`
        const route = await ask(client, `get __mcrouter__.route(incr,${key})`, /END\r\n$/)
        if (route.includes(dying) === (one.home !== 'alive')) {
          keys.push({ one, op: one.op, key, phase })
          break
        }
      }
    }
  }
  return keys
}

/** The key as it is to be before the request; returns the token that a caller has of it from then on. */
async function prepare(client: Socket, op: string, key: string): Promise<string> {
  if (op.endsWith('-absent')) return ''
  const value = op === 'incr' || op === 'decr' ? '10' : 'val'
  await ask(client, `set ${key} 0 0 ${value.length}\r\n${value}`)
  return op === 'cas-old' ? tokenIn(await ask(client, `gets ${key}`, ENDED)) : ''
}

async function answer(client: Socket, op: string, key: string, before = ''): Promise<string> {
  const [command = op] = op.split('-')
  if (command === 'get' || command === 'gets') return ask(client, `${command} ${key}`, ENDED)
  if (command === 'gat' || command === 'gats') return ask(client, `${command} 60 ${key}`, ENDED)
  if (command === 'delete') return ask(client, `delete ${key}`)
  if (command === 'touch') return ask(client, `touch ${key} 60`)
  if (command === 'incr' || command === 'decr') return ask(client, `${command} ${key} 1`)
  if (command !== 'cas') return ask(client, `${command} ${key} 0 0 3\r\nnew`)
  if (op === 'cas-old') return ask(client, `cas ${key} 0 0 3 ${before}\r\nnew`)
  const found = await ask(client, `gets ${key}`, ENDED)
  const token = tokenIn(found)
  return token === '' ? `gets: ${found}` : ask(client, `cas ${key} 0 0 3 ${token}\r\nnew`)
}

function tokenIn(found: string): string {
  return / (\d+) \| /.exec(found)?.[1] ?? ''
}

/** The reply to one request, its lines joined as in the vectors. */
async function ask(client: Socket, request: string, whole = /\r\n$/): Promise<string> {
  client.write(`${request}\r\n`)
  let text = ''
  while (!whole.test(text)) text += (await once(client, 'data'))[0]
  return text.trimEnd().replaceAll('\r\n', ' | ')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function dial(port: number): Promise<Socket> {
  for (let attempt = 0; ; attempt++) {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return socket
    } catch (error) {
      if (attempt === 100) throw error
      await sleep(100)
    }
  }
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
