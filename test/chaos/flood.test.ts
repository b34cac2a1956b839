import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { connect, type Socket } from 'node:net'
import { connect as connectSecure } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { load } from 'js-yaml'
import t, { type Test } from 'tap'
import { issueEphemeral } from '../../certs/ephemeral.ts'
import { amountOf } from '../../schemas/quantity.ts'
import { Volume } from '../server/volume.ts'
import { at } from '../support/at.ts'
import { freePort, LOOPBACK } from '../support/control-plane/port.ts'
import { eventually } from '../support/deadline.ts'
import { launchServer } from '../support/operator/launch.ts'
import { Children } from '../support/process/children.ts'
import { mcrouterObject, reviewOf } from '../support/review.ts'

const VALUES = fileURLToPath(new URL('../../charts/mcrouter-operator/values.yaml', import.meta.url))
/** Bytes that a container of the server may have; it runs from its sources here, which takes more than the bundle. */
const MEMORY = memoryLimit()
/** What the API server waits for an answer, as the chart has it. */
const PATIENCE_MS = 5_000

const REVIEW = JSON.stringify(reviewOf(mcrouterObject()))
const CONNECTIONS = 10_000
/** Few enough that their handshakes do not fill the queue of a client that shares this process. */
const AT_ONCE = 50

const files = await issueEphemeral(Date.now())

t.test('ten thousand connections that ask nothing keep out nobody who asks', async (t) => {
  const port = await serve(t)
  const apiServer = new Caller(port, 1)
  t.teardown(() => apiServer.close())
  t.equal(await apiServer.ask(), 'allowed')

  const flood = new Flood(port)
  t.teardown(() => flood.end())
  const opened = flood.open(CONNECTIONS)
  const [kept, dialled] = await Promise.all([
    askUntil(opened, () => apiServer.ask()),
    askUntil(opened, async () => {
      const newcomer = new Caller(port, 1)
      return await newcomer.ask().finally(() => newcomer.close())
    }),
  ])
  t.ok(kept.length > 10 && dialled.length > 10, `${kept.length} and ${dialled.length} requests meanwhile`)
  t.same(unanswered([...kept, ...dialled]), [], 'each is answered in time')
  t.equal(apiServer.dialled.size, 1, 'and the connection that was there before is kept')
  t.ok((await apiServer.memory()) < MEMORY, `${await apiServer.memory()} bytes`)

  flood.end()
  await servesAtOnce(t, port)
})

t.test(
  'half-sent bodies of 7 MiB: refused beyond what is set aside for them, and nobody waits',
  async (t) => {
    const port = await serve(t)
    const apiServer = new Caller(port, 1)
    t.teardown(() => apiServer.close())
    await apiServer.ask()
    const size = 7 * 1024 * 1024
    const almost = Buffer.alloc(size - 1, ' ')
    const answers: string[] = []
    const senders = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const socket = await handshaken(port)
        t.teardown(() => socket.destroy())
        socket.on('data', (chunk) => answers.push(`${chunk}`))
        socket.write(head(size))
        return socket
      }),
    )
    const sent = Promise.all(
      senders.map((socket) => new Promise<void>((done) => socket.write(almost, () => done()))),
    )
    const kept = await askUntil(sent, () => apiServer.ask())
    t.same(unanswered(kept), [], 'others are answered in time')
    // Nine fit into the 64 MiB.
    await eventually('the others are refused', () => answers.length >= 31)
    for (const answer of answers) t.match(answer, /^HTTP\/1.1 503 .*retry-after: 1\r\n/is)
    t.ok((await apiServer.memory()) < MEMORY, `${await apiServer.memory()} bytes`)
    for (const socket of senders) socket.destroy()
    await servesAtOnce(t, port)
  },
)

/** A server process with a certificate that clients trust; its port. */
async function serve(t: Test): Promise<number> {
  const children = new Children('mcrouter-flood')
  t.teardown(() => children.end())
  const volume = new Volume(`${children.directory}/certificates`)
  await volume.write(files)
  const port = await freePort()
  await launchServer(children, { port, certificates: volume.directory, flags: ['--log-level=warn'] }).start()
  return port
}

/** Asks for verdicts over so many connections, which it keeps as the API server does. */
class Caller {
  /** Local ports of the connections that it made. */
  readonly dialled = new Set<number>()
  readonly #port: number
  readonly #agent: Agent

  constructor(port: number, connections: number) {
    this.#port = port
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections, ca: files.bundle })
  }

  /** `allowed`, or what came instead. */
  async ask(): Promise<string> {
    const answer = await this.#send('POST', '/mutate', REVIEW).catch((error: Error) => error.message)
    return answer.includes('"allowed":true') ? 'allowed' : answer
  }

  /** Resident bytes of the server. */
  async memory(): Promise<number> {
    const text = await this.#send('GET', '/metrics')
    return Number(/^process_resident_memory_bytes (\d+)/m.exec(text)?.[1])
  }

  close(): void {
    this.#agent.destroy()
  }

  #send(method: string, path: string, body = ''): Promise<string> {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    return new Promise((resolve, reject) => {
      const options = { port: this.#port, host: LOOPBACK, path, method, headers, agent: this.#agent }
      const sent = request({ ...options, timeout: PATIENCE_MS }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk) => chunks.push(chunk))
        response.on('end', () => resolve(Buffer.concat(chunks).toString()))
      })
      sent.on('socket', (socket) => {
        if (socket.localPort) this.dialled.add(socket.localPort)
        else socket.once('connect', () => this.dialled.add(socket.localPort ?? 0))
      })
      sent.on('timeout', () => sent.destroy(new Error('no answer in time')))
      sent.on('error', reject).end(body)
    })
  }
}

/** Connections that are held for as long as the server lets them. */
class Flood {
  readonly #port: number
  readonly #held = new Set<Socket>()

  constructor(port: number) {
    this.#port = port
  }

  async open(count: number): Promise<void> {
    let left = count
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (left > 0) await this.#openOne(left--)
      }),
    )
  }

  end(): void {
    for (const socket of this.#held) socket.destroy()
  }

  async #openOne(number: number): Promise<void> {
    const way = WAYS[number % WAYS.length]
    const socket = way?.(this.#port)
    if (socket === undefined) return
    this.#held.add(socket)
    const closed = new Promise<void>((resolve) => socket.once('close', resolve))
    void closed.then(() => this.#held.delete(socket))
    socket.on('error', () => {})
    // Whoever is refused is done with it as well.
    await Promise.race([once(socket, 'connect').catch(() => {}), closed])
  }
}

const silent = (port: number) => connect(port, LOOPBACK)
const garbled = (port: number) => saying(silent(port), '\x16\x03\x01\x02\x00garbage')
const unencrypted = (port: number) => saying(silent(port), 'GET / HTTP/1.1\r\n\r\n')
const secured = (port: number) => connectSecure({ port, host: LOOPBACK, ca: files.bundle })
const headless = (port: number) => saying(secured(port), 'POST /mutate HTTP/1.1\r\nhost: x\r\n')
const halved = (port: number) => saying(secured(port), head(7 * 1024 * 1024) + '{'.repeat(32 * 1024))

/** Most of them cheap: the processor is shared with the server. */
const WAYS = [...Array(9).fill(silent), garbled, unencrypted, secured, headless, halved]

function saying(socket: Socket, text: string): Socket {
  socket.write(text)
  return socket
}

function head(length: number): string {
  return `POST /mutate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`
}

async function handshaken(port: number): Promise<Socket> {
  const socket = secured(port)
  await once(socket, 'secureConnect')
  return socket.on('error', () => {})
}

/** Asks one time after the other until that is over; what came of each. */
async function askUntil(over: Promise<unknown>, ask: () => Promise<string>): Promise<string[]> {
  let isOver = false
  void over.then(() => {
    isOver = true
  })
  const answers: string[] = []
  while (!isOver) answers.push(await ask())
  await over
  return answers
}

function unanswered(answers: readonly string[]): string[] {
  return answers.filter((answer) => answer !== 'allowed')
}

/** A burst of newcomers right after the flood. */
async function servesAtOnce(t: Test, port: number): Promise<void> {
  const burst = new Caller(port, 100)
  t.teardown(() => burst.close())
  const answers = await Promise.all(Array.from({ length: 500 }, () => burst.ask()))
  t.same(unanswered(answers), [], 'afterwards everybody is served at once')
  await eventually('and it goes on', async () => (await burst.ask()) === 'allowed')
}

function memoryLimit(): number {
  const limit = at(load(readFileSync(VALUES, 'utf8')), 'server', 'resources', 'limits', 'memory')
  return Number(amountOf(String(limit))) / 1e9
}
