import type { Logger } from 'pino'
import { type Clock, sleep } from '../process/clock.ts'
import { type ApiVersion, servedVersions } from '../schemas/api-version.ts'
import { specWith } from '../schemas/fields.ts'
import type { JsonObject } from '../schemas/json.ts'
import { STORED, VERSIONS } from '../schemas/versions.ts'
import { GROUP, KIND } from '../schemas/well-known.ts'
import { isUnconverted } from './kube/connection/errors.ts'
import type { Session } from './kube/connection/session.ts'
import { collectionPath, withQuery } from './kube/paths.ts'
import { mcrouters } from './kube/resources.ts'

export interface WebhookOptions {
  readonly session: Pick<Session, 'request'>
  readonly clock: Clock
  readonly log: Logger
  /** Name of the webhook configurations, which is in the names of their webhooks too. */
  readonly configuration: string
  /** Whose Mcrouters are served, at least one: tried in turn, since some may be gone. */
  readonly namespaces: readonly string[]
  /** Hosts at which an API server reaches the server of this installation. */
  readonly servers: readonly string[]
}

const LOOK_AGAIN_MS = 500
const TRIAL = 'mcrouter-operator-readiness-'
/**
 * A mutating webhook of somebody else that refuses the trial before ours is asked says nothing of ours. Nor does the conversion where it
 * calls the server of another installation: there is one definition in a cluster, and who installed it may be gone.
 */
const OTHERS_MS = 60_000
// kubernetes staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook: errors/statuserror.go and errors.go.
const BY_WEBHOOK = /(?:admission|failed calling) webhook "([^"]+)"/
/** What differs from one answer to the next of a kind: the end of the generated name, ports and the like. */
const VARYING = new RegExp(`(?<=${TRIAL})\\w+|\\d+`, 'g')
/** The field that the trial has wrong: where only the schema of the CRD refuses it, the API server names it so. */
const REFUSED = `spec.${STORED.fieldPath('routers.release')}:`
const DENIED = `denied the request: ${KIND} "${TRIAL}" is invalid: `
/** As Go's net/http names what it called; not there where it was called and answered with an error. */
const CALLED = /Post "https:\/\/(?:\[([^\]]+)\]|([^/":]+))/
/** In one of them a Mcrouter has to be converted before it can be stored. */
const CONVERTED = servedVersions(VERSIONS).filter(({ storage }) => !storage)

interface Complaint {
  readonly text: string
  /** What is said when it is no longer waited for: it is of others. Undefined where it is ours. */
  readonly others?: string
}

const OTHERS_REFUSE = 'others refuse every trial before the webhook is asked; it is taken to answer'
const OTHERS_CONVERT = `the server of another installation does not convert Mcrouters, which are not read or written in ${CONVERTED.map(({ name }) => name).join(', ')} until it does: if it is gone, have this one take the definition over (docs/operations.md#uninstalling, step 1)`

/**
 * Whether a Mcrouter that is applied now would pass through the webhook. Registered, trusted and Ready is not enough:
 * between a Ready server and an API server that reaches it are the proxies of the nodes, which follow a little later.
 */
export class WebhookProbe {
  readonly #options: WebhookOptions
  readonly #said = new Set<string>()
  #complaint: string | undefined = 'it is not known yet whether the API server reaches the webhook'

  constructor(options: WebhookOptions) {
    this.#options = options
  }

  /** Why it would not pass; undefined from the first time that the webhook answered. */
  get complaint(): string | undefined {
    return this.#complaint
  }

  /** Tries until the webhook answers and the API server can convert, or the signal fires. */
  async awaitAnswer(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options
    const end = clock.monotonic() + OTHERS_MS
    for (const namespace of inTurn(this.#options.namespaces)) {
      if (signal.aborted || this.#complaint === undefined) return
      const answer = await this.#tryOne(namespace, signal)
      if (signal.aborted) return
      const complaint = this.#judge(answer) ?? (await this.#conversionComplaint(namespace, signal))
      if (signal.aborted) return
      this.#complaint = complaint?.text
      if (complaint === undefined) return
      this.#say(complaint.text)
      if (complaint.others !== undefined && clock.monotonic() >= end) {
        log.warn({ answer: complaint.text }, complaint.others)
        this.#complaint = undefined
        return
      }
      await sleep(clock, LOOK_AGAIN_MS, signal)
    }
  }

  /**
   * A dry run of what only our own /mutate refuses, in its own words. The API server calls it before its schema, before
   * policies and before quotas, so that no rule of others about Mcrouters is in the way. Answers what the API server said.
   */
  #tryOne(namespace: string, signal: AbortSignal): Promise<string | undefined> {
    return this.#create(STORED, specWith(STORED.keysOf('routers.release'), 'trial'), namespace, signal)
  }

  /**
   * Why a Mcrouter of another version cannot be stored: the API server learns of the CA in the definition a moment after it was
   * written. Whatever else it says of a sound one, a policy of others say, is none of our business.
   */
  async #conversionComplaint(namespace: string, signal: AbortSignal): Promise<Complaint | undefined> {
    for (const version of CONVERTED) {
      const text = await this.#create(version, {}, namespace, signal)
      if (text !== undefined && isUnconverted(text))
        return { text, ...(!this.#callsOurs(text) && { others: OTHERS_CONVERT }) }
    }
    return undefined
  }

  /** In a dry run; answers what the API server said against it. */
  async #create(
    { apiVersion }: ApiVersion,
    spec: JsonObject,
    namespace: string,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const path = withQuery(collectionPath({ ...mcrouters, apiVersion }, namespace), { dryRun: 'All' })
    // Not a name, which somebody may have given to a Mcrouter: that is then a conflict for ever.
    const body = { apiVersion, kind: KIND, metadata: { generateName: TRIAL, namespace }, spec }
    try {
      await this.#options.session.request({ method: 'POST', path, body, signal })
      return undefined
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  #judge(answer: string | undefined): Complaint | undefined {
    const webhook = webhookIn(answer)
    if (webhook !== undefined && this.#isOurs(webhook) && answer?.includes(DENIED)) return undefined
    if (answer === undefined || (webhook === undefined && answer.includes(REFUSED))) {
      return {
        text: `the API server does not call the webhook ${this.#name}: is it in the MutatingWebhookConfiguration?`,
      }
    }
    if (webhook === undefined || this.#isOurs(webhook)) return { text: answer }
    return { text: `refused before the webhook ${this.#name} was asked: ${answer}`, others: OTHERS_REFUSE }
  }

  #callsOurs(failure: string): boolean {
    const [, address, name] = CALLED.exec(failure) ?? []
    const called = address ?? name
    return called !== undefined && this.#options.servers.includes(called)
  }

  /** Where selectors may leave the trial out, a webhook of the same server is there for it alone. */
  #isOurs(webhook: string): boolean {
    return webhook === this.#name || webhook === `trial.${this.#options.configuration}.${GROUP}`
  }

  get #name(): string {
    return `mutate.${this.#options.configuration}.${GROUP}`
  }

  /** At a first installation it takes seconds until the server is there: said once, not every time. */
  #say(complaint: string): void {
    const key = complaint.replaceAll(VARYING, '')
    if (this.#said.has(key)) return
    this.#said.add(key)
    this.#options.log.warn({ complaint }, 'the webhook has not answered a trial yet')
  }
}

function webhookIn(answer = ''): string | undefined {
  return BY_WEBHOOK.exec(answer)?.[1]
}

function* inTurn<T>(all: readonly T[]): Generator<T> {
  for (;;) yield* all
}
