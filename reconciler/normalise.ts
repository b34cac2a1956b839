import type { JsonObject } from '../schemas/json.ts'
import type { KubeObject } from './kube/api.ts'
import { keyOf } from './kube/key.ts'
import { mcrouters } from './kube/resources.ts'
import { mergePatch } from './merge-patch.ts'
import type { Pass } from './pass.ts'

/**
 * Writes the normalised spec of a Mcrouter that was stored without the webhook. It goes through the API, and so through
 * the webhook. Undefined when the spec is normalised already; rejects with an ApiError.
 */
export async function normalise(
  { api, mcrouter, signal }: Pass,
  spec: JsonObject,
): Promise<KubeObject | undefined> {
  const patch = mergePatch(mcrouter.spec ?? {}, spec)
  if (patch === undefined) return undefined
  const { resourceVersion } = mcrouter.metadata
  return await api.merge(
    mcrouters,
    keyOf(mcrouter),
    { metadata: { resourceVersion }, spec: patch },
    { signal },
  )
}
