import { selectorOf } from '../../render/labels.ts'
import { copyName, poolName } from '../../routing/servers.ts'
import { isExternal } from '../../schemas/layout.ts'
import type { Mcrouter, Pool } from '../../schemas/mcrouter.ts'
import type { KubeObject, Resource } from '../kube/api.ts'
import { labelSelector } from '../kube/paths.ts'
import { pods, services, statefulSets } from '../kube/resources.ts'
import type { Observed } from '../observe/caches.ts'
import { type Child, transformChild } from '../observe/child.ts'
import { type Pod, transformPod } from '../observe/pod.ts'
import { podsOf } from '../observe/pods.ts'
import { serversOfCopy } from '../observe/tier.ts'
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
  const unsure = mcrouter.pools.flatMap(unitsOf).filter((unit) => mayHaveMore(mcrouter, unit, observed))
  if (unsure.length === 0) return observed
  const live = await Promise.all(unsure.map((unit) => liveUnit(context, mcrouter, unit, observed)))
  const isUnsure = ({ pool, copy }: Unit) => unsure.some((unit) => unit.pool === pool && unit.copy === copy)
  const shown = observed.pods.filter((pod) => pod.component !== 'memcached' || !isUnsure(pod))
  return {
    ...observed,
    children: [...observed.children, ...live.flatMap(({ unseen }) => unseen)],
    pods: [...shown, ...live.flatMap(({ servers }) => servers)],
  }
}

/** A pool, or a copy of one that is in a zone: what has a StatefulSet. */
interface Unit {
  readonly pool: string
  readonly copy: number | undefined
}

function unitsOf({ name, zones }: Pool): Unit[] {
  const copies = zones.length === 0 ? [undefined] : zones.keys()
  return Array.from(copies, (copy) => ({ pool: name, copy }))
}

/** Whether there may be servers of a pool that the caches do not show. */
function mayHaveMore(mcrouter: Mcrouter, { pool, copy }: Unit, { children, pods }: Observed): boolean {
  const known = statefulSetOf(mcrouter, pool, children, copy)
  return known === undefined || sparesUnseen(known, serversOfCopy(pods, pool, copy))
}

/** A pool as the API server has it at this moment. */
async function liveUnit(
  context: ReconcileContext,
  mcrouter: Mcrouter,
  unit: Unit,
  { children }: Observed,
): Promise<{ readonly unseen: readonly Child[]; readonly servers: readonly Pod[] }> {
  const known = statefulSetOf(mcrouter, unit.pool, children, unit.copy)
  // In this order: pods have our labels before their StatefulSet goes, so where it is gone they are found.
  const unseen = known === undefined ? await unseenObjects(context, mcrouter, unit) : []
  const servers = await liveServers(context, mcrouter, unit, [...children, ...unseen])
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
async function unseenObjects(
  context: ReconcileContext,
  mcrouter: Mcrouter,
  { pool, copy }: Unit,
): Promise<Child[]> {
  const name = copy === undefined ? poolName(mcrouter, pool) : copyName(mcrouter, { pool, copy })
  const found = await unseen(context, statefulSets, mcrouter, name)
  const isReplaced = mcrouter.pools.some((one) => one.name === pool && isExternal(one))
  return found.length > 0 && isReplaced
    ? [...found, ...(await unseen(context, services, mcrouter, name))]
    : found
}

/** None when it is somebody else's, or on its way out: nothing is planned from either. */
async function unseen(
  { api, mcrouter: stored, signal }: ReconcileContext,
  resource: Resource,
  { namespace }: Mcrouter,
  name: string,
): Promise<Child[]> {
  const live = await api.get(resource, { namespace, name }, signal)
  if (live === undefined || live.metadata.deletionTimestamp !== undefined) return []
  return originOf(live, stored) === 'foreign' ? [] : [transformChild(live)]
}

async function liveServers(
  { api, mcrouter: stored, signal }: ReconcileContext,
  mcrouter: Mcrouter,
  { pool, copy }: Unit,
  children: readonly Child[],
): Promise<Pod[]> {
  const selector = labelSelector(selectorOf(mcrouter, { pool }, copy))
  const found = await api.list(pods, {
    namespace: mcrouter.namespace,
    labelSelector: selector,
    keep: transformPod,
    signal,
  })
  const servers = podsOf(stored, children, { pods: found, replicaSets: [] })
  return servers.filter((pod) => pod.copy === copy)
}
