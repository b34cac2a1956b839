import { setTimeout as delay } from 'node:timers/promises'
import { Pool } from 'undici'
import type { HttpsProcess } from './https-process.ts'

const BREATH_MS = 500

/**
 * On loopback, whoever writes to a process that sleeps is charged for waking it, which can cost a third of the rest
 * of an answer. A server so fast that its caller never sleeps would be spared that: so none is charged for it.
 */
async function awake(work: Promise<unknown>): Promise<void> {
  let over = false
  const turn = () => {
    if (!over) setImmediate(turn)
  }
  turn()
  try {
    await work
  } finally {
    over = true
  }
}

/**
 * A caller that keeps so many requests under way, each on a connection of its own that stays open, over HTTP/1.1, as the
 * API server does. A load generator that dials anew for each round would have the handshakes counted with the requests.
 */
export class Caller {
  readonly #pool: Pool
  readonly #connections: number

  constructor({ url, ca }: HttpsProcess, connections: number) {
    this.#connections = connections
    this.#pool = new Pool(url, { connections, pipelining: 1, allowH2: false, connect: { ca } })
  }

  /**
   * Posts `body` so many times. A server that says it has too much to do, because others keep it from its processor,
   * is asked again after a moment.
   *
   * @throws when an answer is neither 200 nor 503
   */
  async post(path: string, body: string, times: number): Promise<void> {
    let left = times
    const one = async () => {
      while (left-- > 0) await this.#post(path, body)
    }
    await awake(Promise.all(Array.from({ length: this.#connections }, one)))
  }

  async #post(path: string, body: string): Promise<void> {
    const headers = { 'content-type': 'application/json' }
    const answer = await this.#pool.request({ path, method: 'POST', headers, body })
    const text = await answer.body.text()
    if (answer.statusCode === 503) {
      await delay(BREATH_MS)
      await this.#post(path, body)
    } else if (answer.statusCode !== 200) throw new Error(`POST ${path}: ${answer.statusCode} ${text}`)
  }

  close(): Promise<void> {
    return this.#pool.destroy()
  }
}

/** Compiled code is what a server that has been running for a while has: the compiler needs so many requests to be done. */
export async function warmUp(
  process: HttpsProcess,
  path: string,
  body: string,
  times: number,
): Promise<void> {
  const caller = new Caller(process, 16)
  await caller.post(path, body, times)
  await caller.close()
}
