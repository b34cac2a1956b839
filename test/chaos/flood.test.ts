import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import t from 'tap'
import { REVIEW_LIMIT } from '../../server/routes/review-route.ts'
import { LOOPBACK } from '../../testing/control-plane/port.ts'
import { eventually } from '../../testing/deadline.ts'
import { askUntil, Caller, servesAtOnce, unanswered } from './caller.ts'
import { handshaken, head, MEMORY, secured, serve } from './crowded-server.ts'

const CONNECTIONS = 10_000
/** Few enough that their handshakes do not fill the queue of a client that shares this process. */
const AT_ONCE = 50

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
  'half-sent bodies of the largest size: refused beyond what is set aside for them, and nobody waits',
  async (t) => {
    const port = await serve(t)
    const apiServer = new Caller(port, 1)
    t.teardown(() => apiServer.close())
    await apiServer.ask()
    const almost = Buffer.alloc(REVIEW_LIMIT - 1, ' ')
    const answers: string[] = []
    const senders = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const socket = await handshaken(port)
        t.teardown(() => socket.destroy())
        socket.on('data', (chunk) => answers.push(`${chunk}`))
        socket.write(head(REVIEW_LIMIT))
        return socket
      }),
    )
    const sent = Promise.all(
      senders.map((socket) => new Promise<void>((done) => socket.write(almost, () => done()))),
    )
    const kept = await askUntil(sent, () => apiServer.ask())
    t.same(unanswered(kept), [], 'others are answered in time')
    // Twelve fit into the 64 MiB.
    await eventually('the others are refused', () => answers.length >= 28)
    for (const answer of answers) t.match(answer, /^HTTP\/1.1 503 .*retry-after: 1\r\n/is)
    t.ok((await apiServer.memory()) < MEMORY, `${await apiServer.memory()} bytes`)
    for (const socket of senders) socket.destroy()
    await servesAtOnce(t, port)
  },
)

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
const headless = (port: number) => saying(secured(port), 'POST /mutate HTTP/1.1\r\nhost: x\r\n')
const halved = (port: number) => saying(secured(port), head(REVIEW_LIMIT) + '{'.repeat(32 * 1024))

/** Most of them cheap: the processor is shared with the server. */
const WAYS = [...Array(9).fill(silent), garbled, unencrypted, secured, headless, halved]

function saying(socket: Socket, text: string): Socket {
  socket.write(text)
  return socket
}
