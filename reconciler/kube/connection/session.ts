import type { IncomingMessage } from 'node:http'
import type { Clock } from '../../../process/clock.ts'
import { codeOf } from '../../../process/system-error.ts'
import { isJsonObject, type JsonObject } from '../../../schemas/json.ts'
import { Connection } from './connection.ts'
import type { Credentials } from './credentials.ts'
import { Deadline } from './deadline.ts'
import { ApiError } from './errors.ts'
import { errorFromAnswer } from './status.ts'
import type { Purpose } from './transport.ts'
import { whyUnreachable } from './unreachable.ts'

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With the query. */
  readonly path: string
  readonly body?: JsonObject
  /** Of the body; application/json by default. */
  readonly contentType?: string
  /** For the whole answer, anew for each MiB of it; or for its head when streamed. Milliseconds; 30,000 by default. */
  readonly timeoutMs?: number
  /** It must not wait behind a burst of other requests. */
  readonly urgent?: boolean
  readonly signal?: AbortSignal | undefined
}

/** The API server as requests and answers. All calls reject with an ApiError. */
export interface Session {
  /** The answer as a whole. */
  request(request: ApiRequest): Promise<JsonObject>
  /** What `take` makes of the answer's body while it comes, all within the time limit. */
  receive<T>(request: ApiRequest, take: (body: Body) => Promise<T>): Promise<T>
  /** An answer that goes on for minutes: reading it fails with Node's own error when it breaks off or the signal fires. */
  stream(request: ApiRequest): Promise<Body>
}

export type Body = AsyncIterable<Uint8Array>

export interface SessionOptions {
  readonly credentials: Credentials
  readonly clock: Clock
  /** Names us in the API server's audit log: `program/version`. */
  readonly userAgent: string
}

const TIMEOUT_MS = 30_000
const MEBIBYTE = 1024 * 1024

export class HttpSession implements Session {
  readonly #connection: Connection
  readonly #clock: Clock
  readonly #userAgent: string

  constructor({ credentials, clock, userAgent }: SessionOptions) {
    this.#connection = new Connection(credentials, clock)
    this.#clock = clock
    this.#userAgent = userAgent
  }

  request(request: ApiRequest): Promise<JsonObject> {
    return this.receive(request, async (body) => parseAnswer(request, await readText(body)))
  }

  async receive<T>(request: ApiRequest, take: (body: Body) => Promise<T>): Promise<T> {
    const limit = this.#limit(request)
    try {
      const answer = await this.#send(request.urgent ? 'urgent' : 'call', request, limit.signal)
      return await take(renewing(answer, limit))
    } catch (error) {
      throw requestError(request, limit, error)
    } finally {
      limit.clear()
    }
  }

  async stream(request: ApiRequest): Promise<Body> {
    const limit = this.#limit(request)
    try {
      const answer = await this.#send('watch', request, limit.signal)
      limit.lift()
      answer.once('close', () => limit.clear())
      return answer
    } catch (error) {
      limit.clear()
      throw requestError(request, limit, error)
    }
  }

  /** Cuts every connection. */
  close(): void {
    this.#connection.close()
  }

  #limit(request: ApiRequest): Deadline {
    return new Deadline(this.#clock, request.timeoutMs ?? TIMEOUT_MS, request.signal)
  }

  /** The answer to it, once more with fresh credentials when the first are refused. */
  async #send(purpose: Purpose, request: ApiRequest, signal: AbortSignal): Promise<IncomingMessage> {
    try {
      return await this.#attempt(purpose, request, signal, false)
    } catch (error) {
      if (!refusesCredentials(error) || signal.aborted) throw error
      return await this.#attempt(purpose, request, signal, true)
    }
  }

  async #attempt(
    purpose: Purpose,
    request: ApiRequest,
    signal: AbortSignal,
    refused: boolean,
  ): Promise<IncomingMessage> {
    const { identity, transport } = await this.#connection.get(refused)
    const { method, path, body, contentType = 'application/json' } = request
    const answer = await transport.send(purpose, {
      method,
      path,
      headers: {
        accept: 'application/json',
        'user-agent': this.#userAgent,
        ...identity.headers,
        ...(body && { 'content-type': contentType }),
      },
      body: body && JSON.stringify(body),
      signal,
    })
    const status = answer.statusCode ?? 0
    if (status >= 200 && status < 300) return answer
    const text = await readText(answer)
    throw errorFromAnswer(callOf(request), status, answer.headers['retry-after'], text, this.#clock.now())
  }
}

/** A page of 500 objects of a MiB each takes longer than any other answer, and would be asked for again without end. */
async function* renewing(answer: Body, limit: Deadline): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of answer) {
    bytes += chunk.length
    if (bytes >= MEBIBYTE) {
      bytes = 0
      limit.restart()
    }
    yield chunk
  }
}

async function readText(answer: Body): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of answer) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function parseAnswer(request: ApiRequest, text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    if (isJsonObject(value)) return value
  } catch {
    // Said below, in the same words as for JSON that is no object.
  }
  throw new ApiError(`${callOf(request)}: the answer is not a JSON object: ${text.slice(0, 100)}`, {
    status: 0,
    reason: 'Malformed',
  })
}

function callOf(request: ApiRequest): string {
  return `${request.method} ${request.path.split('?', 1)[0]}`
}

// Node's codes for a certificate that the CA at hand did not sign (nodejs.org/api/tls.html#x509-certificate-error-codes).
const UNTRUSTED = /^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/

function refusesCredentials(error: unknown): boolean {
  return (error instanceof ApiError && error.unauthorized) || UNTRUSTED.test(codeOf(error))
}

function requestError(request: ApiRequest, limit: Deadline, error: unknown): ApiError {
  if (error instanceof ApiError) return error
  const call = callOf(request)
  if (limit.expired) {
    const seconds = (request.timeoutMs ?? TIMEOUT_MS) / 1000
    return new ApiError(`${call}: no answer within ${seconds} s`, {
      status: 0,
      reason: 'Timeout',
      cause: error,
    })
  }
  if (request.signal?.aborted) {
    return new ApiError(`${call}: given up`, { status: 0, reason: 'Aborted', cause: error })
  }
  const reason = error instanceof SyntaxError ? 'Malformed' : 'Unreachable'
  return new ApiError(`${call}: ${whyUnreachable(error)}`, { status: 0, reason, cause: error })
}
