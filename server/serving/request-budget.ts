import { Buffer, isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import {
  MCR_ERR_BODY_CUT,
  MCR_ERR_BODY_MISSING,
  MCR_ERR_BODY_NOT_UTF8,
  MCR_ERR_BODY_TOO_LARGE,
  MCR_ERR_OVERLOADED,
} from '../errors/errors.ts'

/**
 * What Node and V8 need for each piece that a body arrives in, besides its bytes. Without it, a body sent byte by byte
 * would hold hundreds of times what it counts for.
 */
const PIECE_BYTES = 512

/** A body of which not all has come yet. */
export interface Receiving {
  /** The address of who sends it. */
  readonly host: string
  /** Ends it, since others need the memory. */
  drop(): void
}

/**
 * Bytes of half-received bodies, over all connections: what slow senders of large bodies can make the server hold. When they are all taken, a
 * further body is refused, unless its host holds no more than its share, which is the limit by the number of hosts: then the bodies of those
 * that hold more are dropped, the oldest first. A host that sends half of many bodies would else have everybody's refused.
 */
export class RequestBudget {
  readonly #limit: number
  #held = 0
  /** What each holds, the oldest first. */
  readonly #bodies = new Map<Receiving, number>()

  constructor(limit: number) {
    this.#limit = limit
  }

  take(body: Receiving, bytes: number): boolean {
    if (!this.#hasRoom(bytes)) this.#makeRoom(body.host, bytes)
    if (!this.#hasRoom(bytes)) return false
    this.#held += bytes
    this.#bodies.set(body, (this.#bodies.get(body) ?? 0) + bytes)
    return true
  }

  /** All that it holds. */
  give(body: Receiving): void {
    this.#held -= this.#bodies.get(body) ?? 0
    this.#bodies.delete(body)
  }

  #hasRoom(bytes: number): boolean {
    return this.#held + bytes <= this.#limit
  }

  #makeRoom(host: string, bytes: number): void {
    const byHost = new Map([[host, 0]])
    const count = (one: string, more: number) => {
      const held = (byHost.get(one) ?? 0) + more
      byHost.set(one, held)
      return held
    }
    for (const [body, held] of this.#bodies) count(body.host, held)
    const share = this.#limit / byHost.size
    if (count(host, bytes) > share) return
    for (const [body, held] of this.#bodies) {
      if (this.#hasRoom(bytes)) return
      if (count(body.host, 0) <= share) continue
      count(body.host, -held)
      body.drop()
    }
  }
}

type Done = (error: Error | null, body?: Buffer) => void

/**
 * A content type parser that hands the body on as it came, UTF-8, for the handler to parse. Fastify's own would
 * hold any number of half-received bodies, each up to the limit, and replace bytes that are not UTF-8.
 * @param limit of one body, in bytes
 */
export function readBody(limit: number, budget: RequestBudget) {
  return (request: FastifyRequest, payload: IncomingMessage, done: Done): void => {
    if (Number(request.headers['content-length']) > limit) done(new MCR_ERR_BODY_TOO_LARGE(sized(limit)))
    else receive(payload, limit, budget, done)
  }
}

/**
 * What `readBody` left, handed out once: a connection that stays open would hold it until its next request.
 * @throws MCR_ERR_BODY_MISSING when there was no body to read, or an empty one
 */
export function bodyOf(request: FastifyRequest): Buffer {
  const { body } = request
  request.body = undefined
  if (body instanceof Buffer && body.length > 0) return body
  throw new MCR_ERR_BODY_MISSING(request.routeOptions.config.takes ?? 'one')
}

function receive(payload: IncomingMessage, limit: number, budget: RequestBudget, done: Done): void {
  const chunks: Buffer[] = []
  const body: Receiving = {
    host: payload.socket.remoteAddress ?? '',
    drop: () => finish(new MCR_ERR_OVERLOADED()),
  }
  let received = 0

  function finish(error: Error | null, whole?: Buffer): void {
    payload.off('data', onData).off('end', onEnd).off('close', onCut)
    budget.give(body)
    // Node keeps the last request of a connection, with its listeners and so with what they see, until the next one.
    chunks.length = 0
    done(error, whole)
  }
  function onData(chunk: Buffer): void {
    const cost = chunk.length + PIECE_BYTES
    if (received + chunk.length > limit) {
      finish(new MCR_ERR_BODY_TOO_LARGE(sized(limit)))
    } else if (budget.take(body, cost)) {
      received += chunk.length
      chunks.push(chunk)
    } else {
      finish(new MCR_ERR_OVERLOADED())
    }
  }
  function onEnd(): void {
    const [first] = chunks
    const whole = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, received)
    if (isUtf8(whole)) finish(null, whole)
    else finish(new MCR_ERR_BODY_NOT_UTF8())
  }
  function onCut(): void {
    finish(new MCR_ERR_BODY_CUT())
  }
  // A stream that fails closes too, and onCut answers that.
  payload
    .on('data', onData)
    .on('end', onEnd)
    .on('close', onCut)
    .on('error', () => {})
}

function sized(bytes: number): string {
  return bytes >= MIB ? `${bytes / MIB} MiB` : `${bytes / 1024} KiB`
}

const MIB = 1024 * 1024
