import type { KubeObject } from '../../reconciler/kube/api.ts'
import { convert } from '../../schemas/conversion/convert.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { V1ALPHA3 } from '../../schemas/v1alpha3/version.ts'
import { STORED } from '../../schemas/versions.ts'

/** What the status of a Mcrouter with nothing left to do must say. */
const SETTLED = { Accepted: 'True', Available: 'True', Progressing: 'False', Degraded: 'False' } as const

/** What of its status does not fit its spec, one line each. */
export function statusFaults(stored: KubeObject): string[] {
  const { metadata, status = {} } = stored
  const spec = writtenSpec(stored)
  const wanted: Record<string, unknown> = {
    observedGeneration: metadata.generation,
    replicas: spec.memcached_pool_size,
    readyServers: spec.memcached_pool_size,
    readyRouters: spec.mcrouter_replicas,
  }
  const conditions = Array.isArray(status.conditions) ? status.conditions.filter(isJsonObject) : []
  const found = new Map(conditions.map(({ type, status: value }) => [type, value]))
  const faults = [
    ...Object.entries(wanted).map(([field, value]) => [field, value, status[field]] as const),
    ...Object.entries(SETTLED).map(([type, value]) => [type, value, found.get(type)] as const),
  ]
  return faults
    .filter(([, value, is]) => value !== is)
    .map(
      ([what, value, is]) => `${metadata.namespace}/${metadata.name} status: ${what} is ${is}, not ${value}`,
    )
}

/** As the soak writes it: v1alpha3 has the number of servers. */
function writtenSpec({ metadata: { annotations = {} }, spec = {} }: KubeObject): JsonObject {
  const written = convert({ metadata: { annotations }, spec }, STORED, V1ALPHA3).spec
  return V1ALPHA3.withDefaults(isJsonObject(written) ? written : {})
}
