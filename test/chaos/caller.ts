import { Agent, request } from 'node:https'
import type { Test } from 'tap'
import { LOOPBACK } from '../../testing/control-plane/port.ts'
import { eventually } from '../../testing/deadline.ts'
import { mcrouterObject, reviewOf } from '../../testing/review.ts'
import { AUTHORITY } from './crowded-server.ts'

/** What the API server waits for an answer, as the chart has it. */
const PATIENCE_MS = 5_000

const REVIEW = JSON.stringify(reviewOf(mcrouterObject()))

/** Asks for verdicts over so many connections, which it keeps as the API server does. */
export class Caller {
  /** Local ports of the connections that it made. */
  readonly dialled = new Set<number>()
  readonly #port: number
  readonly #agent: Agent

  constructor(port: number, connections: number) {
    this.#port = port
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections, ca: AUTHORITY })
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

/** Asks one time after the other until that is over; what came of each. */
export async function askUntil(over: Promise<unknown>, ask: () => Promise<string>): Promise<string[]> {
  let isOver = false
  void over.then(() => {
    isOver = true
  })
  const answers: string[] = []
  while (!isOver) answers.push(await ask())
  await over
  return answers
}

export function unanswered(answers: readonly string[]): string[] {
  return answers.filter((answer) => answer !== 'allowed')
}

/** A burst of newcomers right after the flood. */
export async function servesAtOnce(t: Test, port: number): Promise<void> {
  const burst = new Caller(port, 100)
  t.teardown(() => burst.close())
  const answers = await Promise.all(Array.from({ length: 500 }, () => burst.ask()))
  t.same(unanswered(answers), [], 'afterwards everybody is served at once')
  await eventually('and it goes on', async () => (await burst.ask()) === 'allowed')
}
