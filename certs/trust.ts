import { isJsonObject, type JsonObject } from '../schemas/json.ts'
import type { CertificateApi, ObjectKey, Resource, StoredObject } from './api.ts'

/** An object that says where the API server calls a webhook, and by which `caBundle` it trusts what answers there. */
export interface WebhookConfiguration {
  readonly resource: Resource
  readonly name: string
  /** Whether it may be missing, since there is nothing then that the webhook would be called for. */
  readonly optional?: true
  readonly callsIn: (found: StoredObject) => Calls
}

/** What such an object says. */
export interface Calls {
  /** The caBundle of each call to the operator's own server, decoded; '' where there is none. */
  readonly bundles: readonly string[]
  /** Where it calls instead of there. */
  readonly elsewhere?: string
  /** The merge patch that gives each of these calls this caBundle, in base64, and changes nothing else. */
  readonly withBundle: (caBundle: string) => JsonObject
}

const configuration = (kind: string, plural: string, name: string): WebhookConfiguration => ({
  resource: { apiVersion: 'admissionregistration.k8s.io/v1', kind, plural },
  name,
  callsIn: webhooksIn,
})

export const mutatingWebhook = (name: string): WebhookConfiguration =>
  configuration('MutatingWebhookConfiguration', 'mutatingwebhookconfigurations', name)

export const validatingWebhook = (name: string): WebhookConfiguration =>
  configuration('ValidatingWebhookConfiguration', 'validatingwebhookconfigurations', name)

/**
 * A merge patch replaces a list as a whole, so the webhooks go back as they were read but for caBundle; the API server then counts
 * caBundle alone as ours and an upgrade of the chart, which leaves it out, keeps it.
 */
function webhooksIn(found: StoredObject): Calls {
  const webhooks = Array.isArray(found.webhooks) ? found.webhooks.filter(isJsonObject) : []
  return {
    bundles: webhooks.map(({ clientConfig }) => bundleIn(clientConfig)),
    withBundle: (caBundle) => ({
      webhooks: webhooks.map((webhook) => ({
        ...webhook,
        clientConfig: { ...(isJsonObject(webhook.clientConfig) ? webhook.clientConfig : {}), caBundle },
      })),
    }),
  }
}

/** For a log or an event. */
export const titleOf = ({ resource, name }: WebhookConfiguration): string => `${resource.kind} ${name}`

/** What a webhook configuration trusts now. */
export interface Registration extends Calls {
  readonly configuration: WebhookConfiguration
  readonly resourceVersion: string
}

/** Undefined when the configuration does not exist. */
export async function readRegistration(
  api: CertificateApi,
  configuration: WebhookConfiguration,
  signal?: AbortSignal,
): Promise<Registration | undefined> {
  const found = await api.get(configuration.resource, { name: configuration.name }, signal)
  if (!found) return undefined
  const { resourceVersion } = found.metadata
  return { configuration, resourceVersion, ...configuration.callsIn(found) }
}

/**
 * Makes every call of the configuration trust `bundle` (PEM), on condition that nobody changed it since. Answers whether it had
 * to write.
 */
export async function register(
  api: CertificateApi,
  registration: Registration,
  bundle: string,
  signal?: AbortSignal,
): Promise<boolean> {
  if (registration.bundles.every((registered) => registered === bundle)) return false
  const { configuration, resourceVersion, withBundle } = registration
  const key: ObjectKey = { name: configuration.name }
  const patch = { metadata: { resourceVersion }, ...withBundle(Buffer.from(bundle).toString('base64')) }
  await api.merge(configuration.resource, key, patch, signal && { signal })
  return true
}

/** @param clientConfig of a webhook */
export function bundleIn(clientConfig: unknown): string {
  const encoded = isJsonObject(clientConfig) ? clientConfig.caBundle : undefined
  return typeof encoded === 'string' ? Buffer.from(encoded, 'base64').toString() : ''
}
