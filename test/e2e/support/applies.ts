import { setTimeout as delay } from 'node:timers/promises'
import { systemClock } from '../../../process/clock.ts'
import { connect } from '../../../reconciler/kube/connection/connect.ts'
import type { Session } from '../../../reconciler/kube/connection/session.ts'

export interface FailedApply {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly message: string
  /** How often it was repeated until it succeeded. */
  readonly repeats: number
}

export interface AppliesReport {
  readonly count: number
  readonly failures: readonly FailedApply[]
}

/** The message of one that failed however often it was repeated. */
export const NEVER = 'never succeeded'

const EVERY_MS = 20
const REPEATS = 50
const PAUSE_MS = 100

/** Fifty server-side applies a second, each of another Mcrouter. Both webhooks see them; as dry runs they make no pods. */
export class Applies {
  readonly #session: Session
  readonly #close: () => void
  readonly #namespace: string
  readonly #pending = new Set<Promise<void>>()
  readonly #failures: FailedApply[] = []
  readonly #running: Promise<void>
  #count = 0
  #stopped = false

  static async start(namespace: string): Promise<Applies> {
    const options = { environment: process.env, clock: systemClock, userAgent: 'mcrouter-e2e/1' }
    const { session, close } = await connect(options)
    return new Applies(session, close, namespace)
  }

  private constructor(session: Session, close: () => void, namespace: string) {
    this.#session = session
    this.#close = close
    this.#namespace = namespace
    this.#running = this.#run()
  }

  async stop(): Promise<AppliesReport> {
    this.#stopped = true
    await this.#running
    await Promise.all(this.#pending)
    this.#close()
    return { count: this.#count, failures: this.#failures }
  }

  async #run(): Promise<void> {
    const began = performance.now()
    while (!this.#stopped) {
      const one = this.#apply(++this.#count).finally(() => this.#pending.delete(one))
      this.#pending.add(one)
      // By the clock, so that a slow one does not slow down the others.
      await delay(Math.max(0, began + this.#count * EVERY_MS - performance.now()))
    }
  }

  async #apply(number: number): Promise<void> {
    const at = Date.now()
    for (let repeats = 0, first = ''; repeats <= REPEATS; repeats++) {
      try {
        await this.#send(number)
        if (first !== '') this.#failures.push({ at, message: first, repeats })
        return
      } catch (error) {
        first ||= String(error)
        await delay(PAUSE_MS)
      }
    }
    this.#failures.push({ at, message: NEVER, repeats: REPEATS })
  }

  async #send(number: number): Promise<void> {
    const name = `applied-${number}`
    const collection = `/apis/mcrouter.example.com/v1alpha3/namespaces/${this.#namespace}/mcrouters`
    await this.#session.request({
      method: 'PATCH',
      path: `${collection}/${name}?fieldManager=e2e&dryRun=All`,
      contentType: 'application/apply-patch+yaml',
      body: { apiVersion: 'mcrouter.example.com/v1alpha3', kind: 'Mcrouter', metadata: { name }, spec: {} },
    })
  }
}
