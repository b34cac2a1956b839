import type { Logger } from 'pino'
import { SECRETS } from '../certs/api.ts'
import { conversionWebhook } from '../certs/conversion.ts'
import { serverService, servingNames } from '../certs/names.ts'
import { createRotation, type Rotation } from '../certs/rotation.ts'
import { MissingSecretError, readSecret } from '../certs/store.ts'
import {
  mutatingWebhook,
  type Registration,
  readRegistration,
  register,
  titleOf,
  validatingWebhook,
  type WebhookConfiguration,
} from '../certs/trust.ts'
import { type Clock, sleep } from '../process/clock.ts'
import { GROUP, PLURAL } from '../schemas/well-known.ts'
import type { KubeApi, ObjectKey } from './kube/api.ts'
import { type NamedObject, NamedObjects } from './kube/cache/named-objects.ts'
import type { Session } from './kube/connection/session.ts'
import type { Recorder } from './kube/events/events.ts'
import type { CertificateState } from './metrics/certificates.ts'
import { type PassResult, RotationBackoff } from './rotation-backoff.ts'

export interface CertificateOptions {
  readonly api: KubeApi
  readonly session: Session
  readonly clock: Clock
  /** 0 ≤ n < 1 */
  readonly random: () => number
  readonly log: Logger
  readonly recorder: Recorder
  /** Of the operator's own objects, and what their names begin with. */
  readonly namespace: string
  readonly name: string
  readonly clusterDomain: string
  /** Where the server is reached beside its Service. */
  readonly servingHost: string | undefined
  /** Name of both webhook configurations; conversion is in the CustomResourceDefinition. */
  readonly webhookConfiguration: string
}

/**
 * The wall clock is polled this often rather than setting a timer for a date: timers stand still while a machine is
 * suspended, and do not notice that the clock was set.
 */
const CHECK_INTERVAL = 60_000
const READY_CHECK_MS = 1_000

/** The certificates of the webhook server: the leader keeps them fresh, every process sees whether they are registered. */
export class Certificates {
  readonly #options: CertificateOptions
  readonly #rotation: Rotation
  readonly #authoritySecret: ObjectKey
  readonly #webhooks: readonly WebhookConfiguration[]
  /** Everything that a rotation reads. */
  readonly #objects: readonly NamedObject[]
  #state: CertificateState | undefined
  #leads = false
  #unregistered: string | undefined = 'it is not known yet whether the webhooks trust the server'
  /** Of a process that leads: which webhook configurations somebody has deleted. */
  #gone: string | undefined
  /** Foreign CAs that were removed, until there is an event of each. */
  readonly #untold: string[] = []
  #missing: string | undefined
  #elsewhere = ''

  constructor(options: CertificateOptions) {
    const { api, clock, namespace, name, clusterDomain, servingHost, webhookConfiguration } = options
    const authoritySecret = { namespace, name: `${name}-ca` }
    this.#authoritySecret = authoritySecret
    const servingSecret = { namespace, name: `${name}-serving-cert` }
    this.#options = options
    const service = serverService(name)
    this.#webhooks = [
      // First: what the two others say that they trust is then trusted by conversion as well.
      conversionWebhook(`${PLURAL}.${GROUP}`, { namespace, service, host: servingHost }),
      mutatingWebhook(webhookConfiguration),
      validatingWebhook(webhookConfiguration),
    ]
    this.#rotation = createRotation({
      api,
      clock,
      authoritySecret,
      servingSecret,
      names: servingNames(service, namespace, clusterDomain, servingHost),
      webhooks: this.#webhooks,
    })
    this.#objects = [
      { resource: SECRETS, key: authoritySecret },
      { resource: SECRETS, key: servingSecret },
      ...this.#webhooks.map((webhook) => ({ resource: webhook.resource, key: { name: webhook.name } })),
    ]
  }

  /** Why the webhooks cannot be called yet, or certificates not be kept fresh; undefined when all is well. */
  get complaint(): string | undefined {
    return this.#missing ?? this.#unregistered ?? this.#gone
  }

  /** What the passes have found; undefined in a process that does not lead. */
  get state(): CertificateState | undefined {
    return this.#state
  }

  /** Issues and rotates until the signal fires: for the leader alone. */
  async rotate(signal: AbortSignal): Promise<void> {
    const { session, clock, random, log } = this.#options
    this.#leads = true
    const objects = new NamedObjects({
      session,
      clock,
      random,
      objects: this.#objects,
      onTrouble: (error) => log.warn({ error: error.message }, 'certificates: watching'),
    })
    const watching = objects.run(signal)
    const pace = new RotationBackoff(clock)
    let known = false
    while (!signal.aborted) {
      // Before the pass reads: what changes after that is not missed.
      const { change } = objects
      const planned = known && this.#rotation.isDue()
      const came = await this.#pass(signal)
      known = came !== 'failed'
      await sleep(clock, pace.after(came, planned), signal)
      const woken = AbortSignal.any([signal, change])
      while (!woken.aborted && !this.#rotation.isDue()) {
        await sleep(clock, CHECK_INTERVAL, woken)
        if (!objects.watched) break
      }
    }
    await watching
    this.#leads = false
  }

  async #pass(signal: AbortSignal): Promise<PassResult> {
    const { log } = this.#options
    try {
      const { actions, removed, elsewhere, absent, notAfter } = await this.#rotation.pass(signal)
      for (const action of actions) log.info({ action }, 'certificates')
      for (const foreign of removed)
        log.warn({ foreign }, 'certificates: removed what no Secret of the operator holds; find who wrote it')
      this.#sayElsewhere(elsewhere.join('; '))
      if (absent.length > 0)
        log.warn({ absent }, 'there is no such webhook configuration; it is registered once there is')
      this.#missing = undefined
      this.#gone =
        absent.length > 0
          ? `there is no ${absent.join(' and no ')}: Mcrouters are stored as they come. helm upgrade brings it back`
          : undefined
      this.#state = {
        notAfter,
        secretMissing: false,
        webhookMissing: absent.length > 0,
        foreignRemoved: (this.#state?.foreignRemoved ?? 0) + removed.length,
      }
      await this.#tellOf(removed, signal)
      return actions.length === 0 ? 'unchanged' : 'changed'
    } catch (error) {
      if (error instanceof MissingSecretError) this.#miss(error)
      if (!signal.aborted) log.warn({ error: String(error) }, 'certificates: reconcile failed; retrying')
      return 'failed'
    }
  }

  /** Once, and not as a complaint: a second operator of a cluster finds the definition of the first. */
  #sayElsewhere(elsewhere: string): void {
    const isNew = elsewhere !== this.#elsewhere
    this.#elsewhere = elsewhere
    if (isNew && elsewhere !== '')
      this.#options.log.warn({ elsewhere }, 'certificates: left alone, since it calls another server')
  }

  /** As events of the CA's Secret: those of a cluster-scoped object would land in the namespace default. */
  async #tellOf(removed: readonly string[], signal: AbortSignal): Promise<void> {
    this.#untold.push(...removed)
    if (this.#untold.length === 0) return
    const { api, recorder } = this.#options
    const secret = await api.get(SECRETS, this.#authoritySecret, signal)
    if (secret === undefined) return
    for (const foreign of this.#untold.splice(0)) {
      const note = `${foreign}, which no Secret of the operator holds: removed. Find in the audit log of the API server who wrote it`
      recorder.record(secret, { type: 'Warning', reason: 'ForeignCA', action: 'Register', note })
    }
  }

  #miss({ message }: MissingSecretError): void {
    this.#missing = message
    this.#state = { webhookMissing: false, foreignRemoved: 0, ...this.#state, secretMissing: true }
  }

  /** Looks until every webhook has a bundle to verify the server with, or the signal fires. */
  async awaitRegistration(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    while (!signal.aborted) {
      this.#unregistered = await this.#lookAtWebhooks(signal)
      if (this.#unregistered === undefined) return
      await sleep(clock, READY_CHECK_MS, signal)
    }
  }

  async #lookAtWebhooks(signal: AbortSignal): Promise<string | undefined> {
    const { api } = this.#options
    for (const webhook of this.#webhooks) {
      try {
        const found = await readRegistration(api, webhook, signal)
        if (found === undefined && webhook.optional) continue
        if (found === undefined) return `there is no ${titleOf(webhook)}`
        if (found.bundles.includes('') && !(webhook.optional && (await this.#lend(found, signal))))
          return `${titleOf(webhook)} has no CA bundle yet`
      } catch (error) {
        return `${titleOf(webhook)}: ${error instanceof Error ? error.message : String(error)}`
      }
    }
    return undefined
  }

  /**
   * Registers what the leader has issued where there is nothing yet. No process can list Mcrouters of a stored version that is
   * not its own before that, nor become Ready; and a leader of the release before does not know that there is a conversion. One that leads
   * registers it by itself: the API server compiles the whole definition for each write of it.
   * @returns whether there was something to register
   */
  async #lend(registration: Registration, signal: AbortSignal): Promise<boolean> {
    const { api } = this.#options
    if (this.#leads) return false
    const { content } = await readSecret(api, this.#authoritySecret, signal)
    return content.bundle !== '' && (await register(api, registration, content.bundle, signal))
  }
}
