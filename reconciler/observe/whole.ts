import { KINDS, type Kinds } from '../../render/kinds.ts'
import type { Inheritance } from '../../schemas/inheritance.ts'
import type { KubeApi, KubeObject } from '../kube/api.ts'
import { isOutline } from '../kube/cache/outline.ts'
import { keyOf } from '../kube/object.ts'
import { mcrouters } from '../kube/resources.ts'
import { transformChild } from './child.ts'
import { transformMcrouter } from './mcrouter.ts'

/**
 * Cached objects as caches keep them, those of which there is but an outline read from the API server: one read each, for
 * those that are large beyond measure and those that came before their Mcrouter. One that has gone is left out. Rejects with an
 * ApiError when a read fails.
 */
export async function whole(
  api: KubeApi,
  cached: readonly KubeObject[],
  signal: AbortSignal,
  inherit?: Inheritance,
  kinds: Kinds = KINDS,
): Promise<readonly KubeObject[]> {
  if (!cached.some(isOutline)) return cached
  const objects = await Promise.all(
    cached.map((object) => (isOutline(object) ? read(api, object, signal, inherit, kinds) : object)),
  )
  return objects.filter((object) => object !== undefined)
}

async function read(
  api: KubeApi,
  outline: KubeObject,
  signal: AbortSignal,
  inherit: Inheritance | undefined,
  kinds: Kinds,
): Promise<KubeObject | undefined> {
  const { namespace = '', name } = outline.metadata
  if (outline.kind === mcrouters.kind) {
    // By a list of one: it takes no right that watching does not take.
    const selection = { namespace, fieldSelector: `metadata.name=${name}` }
    const keep = (object: KubeObject) => transformMcrouter(object, inherit)
    const [found] = await api.list(mcrouters, { ...selection, keep, signal })
    return found
  }
  const resource = kinds.get(outline.kind)
  const found = resource && (await api.get(resource, keyOf(outline), signal))
  return found && transformChild(found)
}
