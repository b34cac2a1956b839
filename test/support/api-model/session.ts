import { type Clock, sleep } from '../../../process/clock.ts'
import { Deadline } from '../../../reconciler/kube/connection/deadline.ts'
import { ApiError } from '../../../reconciler/kube/connection/errors.ts'
import type { ApiRequest, Body, Session } from '../../../reconciler/kube/connection/session.ts'
import { errorFromAnswer } from '../../../reconciler/kube/connection/status.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { Feed } from './feed.ts'
import { type Answer, type ApiModel, failure } from './index.ts'

/** What becomes of a request instead of its answer. */
export type Fault =
  /** The connection breaks before anything came back. */
  | { readonly kind: 'reset' }
  /** The connection breaks after the server has done it. */
  | { readonly kind: 'unanswered' }
  /** Nothing ever comes back. */
  | { readonly kind: 'silent' }
  /** It is done at once, and the answer comes so many milliseconds later: fewer than the caller waits. */
  | { readonly kind: 'late'; readonly ms: number }
  | {
      readonly kind: 'status'
      readonly status: number
      readonly reason: string
      readonly retryAfter?: string
    }
  /** Another answer, made from the true one. */
  | { readonly kind: 'instead'; readonly answer: (truth: Answer) => Answer }

export interface Sent {
  readonly atMs: number
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
}

/** A session with a model of an API server, over no network, with faults. */
export class ModelSession implements Session {
  /** Everything that was asked. */
  readonly sent: Sent[] = []
  /** Decides for each request; undefined lets it through. */
  fault: (request: Sent) => Fault | undefined = () => undefined
  readonly #model: ApiModel
  readonly #clock: Clock

  constructor(model: ApiModel, clock: Clock) {
    this.#model = model
    this.#clock = clock
  }

  async request(request: ApiRequest): Promise<JsonObject> {
    const answer = await this.#answer(request)
    if ('body' in answer) return answer.body
    throw new Error('a watch has to be streamed')
  }

  async receive<T>(request: ApiRequest, take: (body: Body) => Promise<T>): Promise<T> {
    const feed = new Feed()
    feed.write(JSON.stringify(await this.request(request)))
    feed.end()
    return await take(feed)
  }

  async stream(request: ApiRequest): Promise<Body> {
    const answer = await this.#answer(request)
    if (!('feed' in answer)) throw new Error('only a watch can be streamed')
    const { feed } = answer
    request.signal?.addEventListener('abort', () => feed.fail(new Error('aborted')), { once: true })
    return feed
  }

  async #answer(request: ApiRequest): Promise<Answer> {
    const { method, body } = request
    const { pathname: path, searchParams: query } = new URL(request.path, 'http://model')
    const sent = { atMs: this.#clock.monotonic(), method, path, query }
    this.sent.push(sent)
    const fault = this.fault(sent)
    const perform = () => this.#model.handle({ method, path, query, body })
    const answer = await this.#withFault(request, fault, perform)
    if (answer.status < 300 || 'feed' in answer) return answer
    throw errorFromAnswer(
      `${method} ${path}`,
      answer.status,
      answer.retryAfter,
      JSON.stringify(answer.body),
      0,
    )
  }

  async #withFault(request: ApiRequest, fault: Fault | undefined, perform: () => Answer): Promise<Answer> {
    if (fault === undefined) return perform()
    switch (fault.kind) {
      case 'reset':
        throw new ApiError('read ECONNRESET', { status: 0, reason: 'Unreachable' })
      case 'unanswered':
        perform()
        throw new ApiError('read ECONNRESET', { status: 0, reason: 'Unreachable' })
      case 'silent':
        return await this.#silence(request)
      case 'late': {
        const answer = perform()
        await sleep(this.#clock, fault.ms, request.signal)
        return answer
      }
      case 'status': {
        const answer = failure(fault.status, fault.reason, fault.reason)
        return { ...answer, ...(fault.retryAfter !== undefined && { retryAfter: fault.retryAfter }) }
      }
      case 'instead':
        return fault.answer(perform())
    }
  }

  async #silence(request: ApiRequest): Promise<never> {
    const limit = new Deadline(this.#clock, request.timeoutMs ?? 30_000, request.signal)
    await new Promise<void>((resolve) => {
      if (limit.signal.aborted) resolve()
      limit.signal.addEventListener('abort', () => resolve(), { once: true })
    })
    limit.clear()
    const reason = limit.expired ? 'Timeout' : 'Aborted'
    throw new ApiError(`${request.method} ${request.path}: ${reason}`, { status: 0, reason })
  }
}
