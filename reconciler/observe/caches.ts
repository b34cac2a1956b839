import { KINDS, type Kinds } from '../../render/kinds.ts'
import type { Inheritance } from '../../schemas/inheritance.ts'
import type { KubeApi, KubeObject, ObjectKey, ObjectMeta } from '../kube/api.ts'
import { keyText } from '../kube/object.ts'
import { type Children, childrenOf, hasTooManyPools, worthReading } from './children.ts'
import { finishedOf } from './group.ts'
import type { Pod } from './pod.ts'
import { podsOf } from './pods.ts'
import { whole } from './whole.ts'

/** What there is of one Mcrouter. */
export interface Observed extends Children {
  readonly pods: readonly Pod[]
}

/** What the caches hold of it. */
export interface Cached extends Observed {
  /** Undefined when there is none (any more). */
  readonly stored: KubeObject | undefined
  /** More objects have its labels, or are called as those of further pools, than can be its, and none was looked at. */
  readonly crowded?: true
}

/** A local copy of the objects of one resource, grouped by the Mcrouter to which they belong (see group.ts). */
export interface Cache {
  get(key: ObjectKey): KubeObject | undefined
  /** Of the object that {@link get} answers, for much less. */
  resourceVersion(key: ObjectKey): string | undefined
  /** @param most of more than so many, the last */
  group(mcrouter: string, most?: number): readonly KubeObject[]
  /** Of what {@link group} answers, for much less. */
  groupSize(mcrouter: string): number
}

/** How a cache has an object. */
export interface CachedVersion {
  readonly resourceVersion: string
  /** The rest costs more to know. */
  metadata(): ObjectMeta | undefined
}

export interface Caches {
  readonly mcrouters: Cache
  readonly pods: Cache
  /** They say of which Deployment a pod is. */
  readonly replicaSets: Cache
  /** By kind. */
  readonly children: ReadonlyMap<string, Cache>
}

/** A Mcrouter has 1,100 pods at most, or 1,000 and a router on each node, beside those that have finished. */
export const MOST_PARTS = 5_000
const MOST_FINISHED = 20

/** How many objects a pass over a Mcrouter looks at. */
export function partsOf({ pods, replicaSets, children }: Caches, mcrouter: string): number {
  return [pods, replicaSets, ...children.values()].reduce((sum, cache) => sum + cache.groupSize(mcrouter), 0)
}

/**
 * Where more objects have the labels of the Mcrouter than it can have, none is looked at: who may label them may make as many as
 * they like. Rejects with an ApiError where a cache has but an outline of an object, and reading that fails.
 */
export async function observe(
  caches: Caches,
  key: ObjectKey,
  api: KubeApi,
  signal: AbortSignal,
  inherit?: Inheritance,
  kinds: Kinds = KINDS,
): Promise<Cached> {
  const group = keyText(key)
  const cached = caches.mcrouters.get(key)
  const [stored] = cached === undefined ? [] : await whole(api, [cached], signal, inherit)
  const nothing = { stored, children: [], leftovers: [], pods: [] }
  if (stored === undefined) return nothing
  if (partsOf(caches, group) > MOST_PARTS) return { ...nothing, crowded: true }
  const parts = [...caches.children].flatMap(([kind, cache]) => (kinds.has(kind) ? cache.group(group) : []))
  if (hasTooManyPools(stored, parts, kinds)) return { ...nothing, crowded: true }
  const known = await whole(api, worthReading(stored, parts, kinds), signal, inherit, kinds)
  const { children, leftovers } = childrenOf(stored, known, kinds)
  const candidates = { pods: podsIn(caches, group), replicaSets: caches.replicaSets.group(group) }
  return { stored, children, leftovers, pods: podsOf(stored, children, candidates) }
}

/** Of those that have finished, the last: they say why. */
function podsIn({ pods }: Caches, mcrouter: string): readonly KubeObject[] {
  return [...pods.group(mcrouter), ...pods.group(finishedOf(mcrouter), MOST_FINISHED)]
}

/** How the caches have an object of one of the kinds above. */
export function cachedMeta(
  { mcrouters, children }: Caches,
  kind: string,
  namespace: string,
  name: string,
): CachedVersion | undefined {
  const cache = kind === 'Mcrouter' ? mcrouters : children.get(kind)
  const key = { namespace, name }
  const resourceVersion = cache?.resourceVersion(key)
  return resourceVersion === undefined
    ? undefined
    : { resourceVersion, metadata: () => cache?.get(key)?.metadata }
}
