import type { PassiveClock } from '../process/clock.ts'
import type { CertificateApi, ObjectKey } from './api.ts'
import { servingAfter, trustAfter } from './follow.ts'
import { foreignIn, namesOf } from './foreign.ts'
import type { ServingNames } from './names.ts'
import { bundleOf, fingerprintOf, notAfterOf, type Pki, readPki, stateOf } from './pki.ts'
import { type Decision, decide } from './policy.ts'
import { StableSince } from './stable-since.ts'
import { readSecret, writeSecret } from './store.ts'
import { readRegistration, register, titleOf, type WebhookConfiguration } from './trust.ts'

export interface RotationOptions {
  readonly api: CertificateApi
  readonly clock: PassiveClock
  /** Secret with the CA, its key and the bundle; for nobody but the process that rotates. */
  readonly authoritySecret: ObjectKey
  /** Secret with the serving certificate, its key and the bundle; mounted by the servers. */
  readonly servingSecret: ObjectKey
  /** Names under which clients reach the servers. */
  readonly names: ServingNames
  /** Whose webhooks are answered by the servers. */
  readonly webhooks: readonly WebhookConfiguration[]
}

export interface RotationReport {
  /** What was done, a sentence each; empty when there was nothing to do. */
  readonly actions: readonly string[]
  /** CAs that no Secret of the operator holds, which were taken out of a webhook configuration; a sentence each. */
  readonly removed: readonly string[]
  /** Of what is not ours to register: what it is and where it calls. */
  readonly elsewhere: readonly string[]
  /** Webhook configurations that do not exist, kind and name; they are registered once they do. */
  readonly absent: readonly string[]
  /** When the certificates end, in milliseconds since 1970; serving is absent until there is one. */
  readonly notAfter: { readonly authority: number; readonly serving?: number }
}

export interface Rotation {
  /**
   * Brings Secrets and webhook configurations to where they should be. May be stopped at any point, also by SIGKILL,
   * and made again. Rejects when the API server refuses a call: make it again after a pause.
   */
  pass(signal?: AbortSignal): Promise<RotationReport>
  /** Whether a pass would find something to do by now, with all as the last one left it; asks nobody. */
  isDue(): boolean
}

/** Rotates the CA and the serving certificate of the webhook servers. Only one process should make passes: the leader. */
export function createRotation(options: RotationOptions): Rotation {
  const { api, clock, names, webhooks, authoritySecret, servingSecret } = options
  const stable = new StableSince(clock)
  let left: Pki | undefined
  const decideOn = (pki: Pki): Decision =>
    decide(stateOf(pki, names, stable.timeOf(fingerprintOf(pki))), clock.now())

  return {
    async pass(signal) {
      left = undefined
      // The CA first: whoever rotates it meanwhile changes what is read after it, and so the writes below are refused.
      const authority = await readSecret(api, authoritySecret, signal)
      const serving = await readSecret(api, servingSecret, signal)
      const answers = await Promise.all(webhooks.map((webhook) => readRegistration(api, webhook, signal)))
      const registrations = answers.filter((answer) => answer !== undefined)
      const found = readPki(authority.content, serving.content)
      const actions: string[] = []
      const removed: string[] = []

      const trusted = await trustAfter(found, decideOn(found), clock.now(), actions)
      const bundle = bundleOf(trusted)
      const restored = (secret: ObjectKey, written: boolean) => {
        if (written && actions.length === 0)
          actions.push(`restored Secret ${secret.namespace}/${secret.name}`)
      }
      const ownPair = { ...trusted.authority.pair, bundle }
      restored(authoritySecret, await writeSecret(api, authoritySecret, authority, ownPair, signal))

      for (const registration of registrations) {
        if (!(await register(api, registration, bundle, signal))) continue
        stable.restart()
        const title = titleOf(registration.configuration)
        actions.push(`registered the CA bundle in ${title}`)
        const foreign = foreignIn(registration.bundles, found)
        if (foreign.length > 0) removed.push(`${title} trusted ${namesOf(foreign)}`)
      }
      stable.observe(fingerprintOf(trusted))

      // Last, since servers answer with it as soon as it is written.
      const served = await servingAfter(trusted, decideOn(trusted), names, clock.now(), actions)
      if (served.serving.certificate) {
        const leaf = { ...served.serving, bundle }
        restored(servingSecret, await writeSecret(api, servingSecret, serving, leaf, signal))
      }
      stable.observe(fingerprintOf(served))
      left = served

      return {
        actions,
        removed,
        elsewhere: registrations.flatMap(({ configuration, elsewhere }) =>
          elsewhere === undefined ? [] : [`${titleOf(configuration)} calls ${elsewhere}`],
        ),
        absent: webhooks.filter(({ optional }, index) => !optional && !answers[index]).map(titleOf),
        notAfter: notAfterOf(served),
      }
    },

    isDue: () => left === undefined || decideOn(left).action !== 'keep',
  }
}
