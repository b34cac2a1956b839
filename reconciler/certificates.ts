import type { Logger } from 'pino'
import { servingNames } from '../certs/names.ts'
import { createRotation, type Rotation, type RotationReport } from '../certs/rotation.ts'
import {
  mutatingWebhook,
  readRegistration,
  validatingWebhook,
  type WebhookConfiguration,
} from '../certs/trust.ts'
import { type Clock, sleep } from './clock.ts'
import type { KubeApi } from './kube/api.ts'

export interface CertificateOptions {
  readonly api: KubeApi
  readonly clock: Clock
  readonly log: Logger
  /** Of the operator's own objects, and what their names begin with. */
  readonly namespace: string
  readonly name: string
  readonly clusterDomain: string
  /** Name of both webhook configurations. */
  readonly webhookConfiguration: string
}

const FIRST_RETRY_MS = 500
const LONGEST_RETRY_MS = 30_000
const READY_CHECK_MS = 1_000

/** The certificates of the webhook server: the leader keeps them fresh, every process sees whether they are registered. */
export class Certificates {
  readonly #options: CertificateOptions
  readonly #rotation: Rotation
  readonly #webhooks: readonly WebhookConfiguration[]
  #expiry: RotationReport['notAfter'] | undefined
  #complaint: string | undefined = 'it is not known yet whether the webhooks trust the server'

  constructor(options: CertificateOptions) {
    const { api, clock, namespace, name, clusterDomain, webhookConfiguration } = options
    this.#options = options
    this.#webhooks = [mutatingWebhook(webhookConfiguration), validatingWebhook(webhookConfiguration)]
    this.#rotation = createRotation({
      api,
      clock,
      authoritySecret: { namespace, name: `${name}-ca` },
      servingSecret: { namespace, name: `${name}-serving-cert` },
      names: servingNames(`${name}-server`, namespace, clusterDomain),
      webhooks: this.#webhooks,
    })
  }

  /** Why the webhooks cannot be called yet; undefined once they can. */
  get complaint(): string | undefined {
    return this.#complaint
  }

  /** When the certificates end, in milliseconds since 1970; undefined in a process that does not lead. */
  get notAfter(): RotationReport['notAfter'] | undefined {
    return this.#expiry
  }

  /** Issues and rotates until the signal fires: for the leader alone. */
  async rotate(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options
    let retryMs = FIRST_RETRY_MS
    while (!signal.aborted) {
      let pauseMs = retryMs
      try {
        const { actions, absent, lookAgainMs, notAfter } = await this.#rotation.pass(signal)
        this.#expiry = notAfter
        for (const action of actions) log.info({ action }, 'certificates')
        if (absent.length > 0)
          log.warn({ absent }, 'there is no such webhook configuration; it is registered once there is')
        pauseMs = absent.length > 0 ? Math.min(lookAgainMs, LONGEST_RETRY_MS) : lookAgainMs
        retryMs = FIRST_RETRY_MS
      } catch (error) {
        if (signal.aborted) return
        log.warn({ error: String(error) }, 'certificates: the pass failed and is made again')
        retryMs = Math.min(LONGEST_RETRY_MS, retryMs * 2)
      }
      await sleep(clock, pauseMs, signal)
    }
  }

  /** Looks until every webhook has a bundle to verify the server with, or the signal fires. */
  async awaitRegistration(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    while (!signal.aborted) {
      this.#complaint = await this.#unregistered(signal)
      if (this.#complaint === undefined) return
      await sleep(clock, READY_CHECK_MS, signal)
    }
  }

  async #unregistered(signal: AbortSignal): Promise<string | undefined> {
    const { api } = this.#options
    for (const webhook of this.#webhooks) {
      try {
        const found = await readRegistration(api, webhook, signal)
        if (found === undefined) return `there is no ${webhook.resource.kind} ${webhook.name}`
        if (found.bundles.includes('')) return `${webhook.resource.kind} ${webhook.name} has no CA bundle yet`
      } catch (error) {
        return `${webhook.resource.kind} ${webhook.name}: ${error instanceof Error ? error.message : String(error)}`
      }
    }
    return undefined
  }
}
