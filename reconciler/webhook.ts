import type { Logger } from 'pino'
import { API_VERSION, KIND } from '../schemas/v1alpha3.ts'
import { type Clock, sleep } from './clock.ts'
import { collectionPath, withQuery } from './kube/paths.ts'
import { mcrouters } from './kube/resources.ts'
import type { Session } from './kube/session.ts'
import { record } from './observe/reading.ts'

export interface WebhookOptions {
  readonly session: Pick<Session, 'request'>
  readonly clock: Clock
  readonly log: Logger
  /** Whose Mcrouters are served, at least one: tried in turn, since some may be gone. */
  readonly namespaces: readonly string[]
}

const LOOK_AGAIN_MS = 500
/** Differs from the default, which the API server fills in without the webhook. */
const SERVERS = 7

/**
 * Whether a Mcrouter that is applied now would pass through the webhook. Registered, trusted and Ready is not enough:
 * between a Ready server and an API server that reaches it are the proxies of the nodes, which follow a little later.
 */
export class Webhook {
  readonly #options: WebhookOptions
  #complaint: string | undefined = 'it is not known yet whether the API server reaches the webhook'

  constructor(options: WebhookOptions) {
    this.#options = options
  }

  /** Why it would not pass; undefined from the first time that one did. */
  get complaint(): string | undefined {
    return this.#complaint
  }

  /** Tries until one passes, or the signal fires. */
  async awaitAnswer(signal: AbortSignal): Promise<void> {
    for (const namespace of inTurn(this.#options.namespaces)) {
      if (signal.aborted || this.#complaint === undefined) return
      const complaint = await this.#tryOne(namespace, signal)
      // At a first installation it takes seconds until the server is there: said once, not every time.
      if (complaint !== undefined && complaint !== this.#complaint) {
        this.#options.log.warn({ complaint }, 'the API server does not reach the webhook yet')
      }
      this.#complaint = complaint
      if (complaint !== undefined) await sleep(this.#options.clock, LOOK_AGAIN_MS, signal)
    }
  }

  /** A dry run: nothing is stored. The deprecated spelling comes back normalised by the webhook alone. */
  async #tryOne(namespace: string, signal: AbortSignal): Promise<string | undefined> {
    const path = withQuery(collectionPath(mcrouters, namespace), { dryRun: 'All' })
    const body = {
      apiVersion: API_VERSION,
      kind: KIND,
      // Not a name, which somebody may have given to a Mcrouter: that is then a conflict for ever.
      metadata: { generateName: 'mcrouter-operator-readiness-', namespace },
      spec: { memcachedPoolSize: SERVERS },
    }
    try {
      const { spec } = await this.#options.session.request({ method: 'POST', path, body, signal })
      if (record(spec).memcached_pool_size === SERVERS) return undefined
      return 'the API server does not call the webhook'
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }
}

function* inTurn<T>(all: readonly T[]): Generator<T> {
  for (;;) yield* all
}
