import { isJsonObject, type JsonObject } from '../schemas/json.ts'
import type { Resource, StoredObject } from './api.ts'
import { bundleIn, type Calls, type WebhookConfiguration } from './trust.ts'

export const DEFINITIONS: Resource = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
}

/** Where the operator's own server is reached. */
export interface ServerAddress {
  readonly namespace: string
  /** Of its Service. */
  readonly service: string
  /** Where it runs beside its Service. */
  readonly host: string | undefined
}

/**
 * A CustomResourceDefinition whose objects are converted by a webhook. There is one of a name in a cluster, however many operators
 * there are: one that calls another server is not ours, and none of its CAs is.
 */
export function conversionWebhook(name: string, server: ServerAddress): WebhookConfiguration {
  return { resource: DEFINITIONS, name, optional: true, callsIn: (found) => conversionIn(found, server) }
}

function conversionIn({ spec }: StoredObject, server: ServerAddress): Calls {
  const conversion = isJsonObject(spec) ? spec.conversion : undefined
  const webhook = isJsonObject(conversion) ? conversion.webhook : undefined
  const clientConfig = isJsonObject(webhook) ? webhook.clientConfig : undefined
  if (!isJsonObject(clientConfig)) return { bundles: [], withBundle: withConversionBundle }
  const elsewhere = otherThan(clientConfig, server)
  if (elsewhere !== undefined) return { bundles: [], elsewhere, withBundle: withConversionBundle }
  return { bundles: [bundleIn(clientConfig)], withBundle: withConversionBundle }
}

function withConversionBundle(caBundle: string): JsonObject {
  return { spec: { conversion: { webhook: { clientConfig: { caBundle } } } } }
}

/** Where it calls, unless that is the server. */
function otherThan({ service, url }: JsonObject, server: ServerAddress): string | undefined {
  if (isJsonObject(service)) {
    const isOurs = service.namespace === server.namespace && service.name === server.service
    return isOurs ? undefined : `Service ${String(service.namespace)}/${String(service.name)}`
  }
  if (typeof url !== 'string' || !URL.canParse(url)) return 'nowhere'
  const { host, hostname } = new URL(url)
  return hostname.replace(/^\[|\]$/g, '') === server.host ? undefined : host
}
