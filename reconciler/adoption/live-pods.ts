import { selectorOf } from '../../render/labels.ts'
import { poolName } from '../../routing/servers.ts'
import { isExternal } from '../../schemas/layout.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'
import type { KubeObject, Resource } from '../kube/api.ts'
import { labelSelector } from '../kube/paths.ts'
import { pods, services, statefulSets } from '../kube/resources.ts'
import type { Observed } from '../observe/caches.ts'
import { type Child, transformChild } from '../observe/child.ts'
import { type Pod, transformPod } from '../observe/pod.ts'
import { podsOf } from '../observe/pods.ts'
import { serversOf } from '../observe/tier.ts'
import { count, record } from '../observe/untyped.ts'
import { statefulSetOf } from '../observe/workload.ts'
import type { ReconcileContext } from '../reconcile-context.ts'
import { originOf } from './origin.ts'

/**
 * What the caches show of a Mcrouter, together with the servers of its pools that they do not show or may not show yet. Caches
 * select by our labels: the Ansible operator's StatefulSet has none, its pods get them during the adoption, and a watch can be
 * half a minute behind. A StatefulSet made without knowing of its pods would replace them all by empty ones.
 *
 * Costs nothing for a new Mcrouter; else, for each pool of the spec, two reads while the caches show no StatefulSet of it, and
 * one while that spares pods that they do not show. Rejects with an ApiError when one fails.
 */
export async function withLivePods(
  context: ReconcileContext,
  mcrouter: Mcrouter,
  observed: Observed,
): Promise<Observed> {
  if (isNew(context.mcrouter)) return observed
  const unsure = mcrouter.pools
    .map(({ name }) => name)
    .filter((pool) => mayHaveMore(mcrouter, pool, observed))
  if (unsure.length === 0) return observed
  const live = await Promise.all(unsure.map((pool) => livePool(context, mcrouter, pool, observed)))
  const shown = observed.pods.filter(
    ({ component, pool }) => component !== 'memcached' || !unsure.includes(pool),
  )
  return {
    ...observed,
    children: [...observed.children, ...live.flatMap(({ unseen }) => unseen)],
    pods: [...shown, ...live.flatMap(({ servers }) => servers)],
  }
}

/** Whether there may be servers of a pool that the caches do not show. */
function mayHaveMore(mcrouter: Mcrouter, pool: string, { children, pods }: Observed): boolean {
  const known = statefulSetOf(mcrouter, pool, children)
  return known === undefined || sparesUnseen(known, serversOf(pods, pool))
}

/** A pool as the API server has it at this moment. */
async function livePool(
  context: ReconcileContext,
  mcrouter: Mcrouter,
  pool: string,
  { children }: Observed,
): Promise<{ readonly unseen: readonly Child[]; readonly servers: readonly Pod[] }> {
  const known = statefulSetOf(mcrouter, pool, children)
  // In this order: pods have our labels before their StatefulSet goes, so where it is gone they are found.
  const unseen = known === undefined ? await unseenObjects(context, mcrouter, pool) : []
  const servers = await liveServers(context, mcrouter, pool, [...children, ...unseen])
  return { unseen, servers }
}

/**
 * Whether no operator has reported on it yet: until then, no workload is deleted with its pods orphaned. The API server gives
 * every Mcrouter a status with an observedGeneration of -1, also one that the Ansible operator wrote.
 */
export function isNew({ status }: KubeObject): boolean {
  return status === undefined || (status.observedGeneration === -1 && status.conditions === undefined)
}

/** Whether the partition of a StatefulSet covers an ordinal of which no pod is known. */
function sparesUnseen({ owned, replicas }: Child, known: readonly Pod[]): boolean {
  const { updateStrategy } = record(owned.spec)
  const partition = count(record(record(updateStrategy).rollingUpdate).partition)
  const ordinals = new Set(known.map(({ ordinal }) => ordinal))
  return Array.from({ length: Math.min(partition, replicas) }).some((_, ordinal) => !ordinals.has(ordinal))
}

/** The StatefulSet, and its Service where servers of others take their place: nothing comes that is called as either, and both have to go. */
async function unseenObjects(context: ReconcileContext, mcrouter: Mcrouter, pool: string): Promise<Child[]> {
  const found = await unseen(context, statefulSets, mcrouter, pool)
  const isReplaced = mcrouter.pools.some((one) => one.name === pool && isExternal(one))
  return found.length > 0 && isReplaced
    ? [...found, ...(await unseen(context, services, mcrouter, pool))]
    : found
}

/** None when it is somebody else's, or on its way out: nothing is planned from either. */
async function unseen(
  { api, mcrouter: stored, signal }: ReconcileContext,
  resource: Resource,
  mcrouter: Mcrouter,
  pool: string,
): Promise<Child[]> {
  const { namespace } = mcrouter
  const live = await api.get(resource, { namespace, name: poolName(mcrouter, pool) }, signal)
  if (live === undefined || live.metadata.deletionTimestamp !== undefined) return []
  return originOf(live, stored) === 'foreign' ? [] : [transformChild(live)]
}

async function liveServers(
  { api, mcrouter: stored, signal }: ReconcileContext,
  mcrouter: Mcrouter,
  pool: string,
  children: readonly Child[],
): Promise<Pod[]> {
  const selector = labelSelector(selectorOf(mcrouter, { pool }))
  const found = await api.list(pods, {
    namespace: mcrouter.namespace,
    labelSelector: selector,
    keep: transformPod,
    signal,
  })
  return podsOf(stored, children, { pods: found, replicaSets: [] })
}
