import type { Socket } from 'node:net'
import type { Clock } from '../../process/clock.ts'
import { ServerError } from '../give-up.ts'
import { Replies, type Reply } from './replies.ts'

/** Requests that wait for their replies. */
interface Exchange {
  readonly expected: number
  readonly replies: Reply[]
  readonly done: PromiseWithResolvers<readonly Reply[]>
  readonly cancel: () => void
}

/** Milliseconds until all replies to a batch have come: it has 4 MiB and one value at most. */
const TIMEOUT_MS = 30_000

/** One connection in the text protocol, over which several may speak at the same time. */
export class Connection {
  readonly #socket: Socket
  readonly #clock: Clock
  readonly #replies = new Replies()
  /** In the order in which they were written. */
  readonly #waiting: Exchange[] = []
  #broken: ServerError | undefined

  constructor(socket: Socket, clock: Clock) {
    this.#socket = socket
    this.#clock = clock
    socket
      .setNoDelay(true)
      .on('error', (error) => this.#break(error.message))
      .on('close', () => this.#break('it closes the connection'))
      .on('data', (piece: Buffer) => this.#take(piece))
  }

  get broken(): boolean {
    return this.#broken !== undefined
  }

  /**
   * Writes requests at once and resolves with the reply to each.
   * @throws {ServerError} when they do not come in time, or the connection breaks: whether a request was carried out is not known
   */
  exchange(requests: readonly (readonly Buffer[])[]): Promise<readonly Reply[]> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken)
    if (requests.length === 0) return Promise.resolve([])
    const done = Promise.withResolvers<readonly Reply[]>()
    const cancel = this.#clock.after(TIMEOUT_MS, () => this.#break(`no answer within ${TIMEOUT_MS} ms`))
    this.#waiting.push({ expected: requests.length, replies: [], done, cancel })
    // One write: each costs as much as some kilobytes.
    this.#socket.write(Buffer.concat(requests.flat()))
    return done.promise
  }

  close(): void {
    this.#break('the connection was closed')
  }

  #take(piece: Buffer): void {
    try {
      for (const reply of this.#replies.take(piece)) this.#hand(reply)
    } catch (error) {
      this.#break(error instanceof Error ? error.message : String(error))
    }
  }

  #hand(reply: Reply): void {
    const [first] = this.#waiting
    if (first === undefined) throw new ServerError('it answers what nobody has asked')
    if (first.replies.push(reply) < first.expected) return
    this.#waiting.shift()
    first.cancel()
    first.done.resolve(first.replies)
  }

  #break(because: string): void {
    this.#broken ??= new ServerError(because)
    this.#socket.destroy()
    for (const { cancel, done } of this.#waiting.splice(0)) {
      cancel()
      done.reject(this.#broken)
    }
  }
}
