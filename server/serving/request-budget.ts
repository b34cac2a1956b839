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

/** Bytes of half-received bodies, over all connections: what slow senders of large bodies can make the server hold. */
export class RequestBudget {
  readonly #limit: number
  #held = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  take(bytes: number): boolean {
    if (this.#held + bytes > this.#limit) return false
    this.#held += bytes
    return true
  }

  give(bytes: number): void {
    this.#held -= bytes
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
  let received = 0
  let held = 0

  function finish(error: Error | null, body?: Buffer): void {
    payload.off('data', onData).off('end', onEnd).off('close', onCut)
    budget.give(held)
    // Node keeps the last request of a connection, with its listeners and so with what they see, until the next one.
    chunks.length = 0
    done(error, body)
  }
  function onData(chunk: Buffer): void {
    const cost = chunk.length + PIECE_BYTES
    if (received + chunk.length > limit) {
      finish(new MCR_ERR_BODY_TOO_LARGE(sized(limit)))
    } else if (budget.take(cost)) {
      held += cost
      received += chunk.length
      chunks.push(chunk)
    } else {
      finish(new MCR_ERR_OVERLOADED())
    }
  }
  function onEnd(): void {
    const [first] = chunks
    const body = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, received)
    if (isUtf8(body)) finish(null, body)
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
