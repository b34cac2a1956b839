import { isJsonObject, type JsonObject } from '../schemas/json.ts'
import type { CertificateApi, ObjectKey, Resource } from './api.ts'

/** An object whose webhooks the API server calls, trusting the `caBundle` of each. */
export interface WebhookConfiguration {
  readonly resource: Resource
  readonly name: string
}

const configuration = (kind: string, plural: string, name: string): WebhookConfiguration => ({
  resource: { apiVersion: 'admissionregistration.k8s.io/v1', kind, plural },
  name,
})

export const mutatingWebhook = (name: string): WebhookConfiguration =>
  configuration('MutatingWebhookConfiguration', 'mutatingwebhookconfigurations', name)

export const validatingWebhook = (name: string): WebhookConfiguration =>
  configuration('ValidatingWebhookConfiguration', 'validatingwebhookconfigurations', name)

/** For a log or an event. */
export const titleOf = ({ resource, name }: WebhookConfiguration): string => `${resource.kind} ${name}`

/** What a webhook configuration trusts now. */
export interface Registration {
  readonly configuration: WebhookConfiguration
  readonly resourceVersion: string
  readonly webhooks: readonly JsonObject[]
  /** The caBundle of each webhook, decoded; '' where there is none. */
  readonly bundles: readonly string[]
}

/** Undefined when the configuration does not exist. */
export async function readRegistration(
  api: CertificateApi,
  configuration: WebhookConfiguration,
  signal?: AbortSignal,
): Promise<Registration | undefined> {
  const found = await api.get(configuration.resource, { name: configuration.name }, signal)
  if (!found) return undefined
  const webhooks = Array.isArray(found.webhooks) ? found.webhooks.filter(isJsonObject) : []
  return {
    configuration,
    resourceVersion: found.metadata.resourceVersion,
    webhooks,
    bundles: webhooks.map(bundleOf),
  }
}

/**
 * Makes every webhook of the configuration trust `bundle` (PEM). Answers whether it had to write.
 * A merge patch replaces a list as a whole, so the webhooks go back as they were read but for caBundle, on condition
 * that nobody changed them since; the API server then counts caBundle alone as ours and an upgrade of the chart,
 * which leaves it out, keeps it.
 */
export async function register(
  api: CertificateApi,
  registration: Registration,
  bundle: string,
  signal?: AbortSignal,
): Promise<boolean> {
  if (registration.bundles.every((registered) => registered === bundle)) return false
  const { configuration, resourceVersion, webhooks } = registration
  const caBundle = Buffer.from(bundle).toString('base64')
  const key: ObjectKey = { name: configuration.name }
  const patch = {
    metadata: { resourceVersion },
    webhooks: webhooks.map((webhook) => ({
      ...webhook,
      clientConfig: { ...(isJsonObject(webhook.clientConfig) ? webhook.clientConfig : {}), caBundle },
    })),
  }
  await api.merge(configuration.resource, key, patch, signal && { signal })
  return true
}

function bundleOf(webhook: JsonObject): string {
  const encoded = isJsonObject(webhook.clientConfig) ? webhook.clientConfig.caBundle : undefined
  return typeof encoded === 'string' ? Buffer.from(encoded, 'base64').toString() : ''
}
