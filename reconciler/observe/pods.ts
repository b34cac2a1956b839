import { selectorOf } from '../../render/labels.ts'
import { namesOf, poolOfObject } from '../../render/names.ts'
import { poolName } from '../../routing/servers.ts'
import { valueAt } from '../../schemas/fields.ts'
import { MAIN_POOL } from '../../schemas/mcrouter.ts'
import { STORED } from '../../schemas/versions.ts'
import type { KubeObject } from '../kube/api.ts'
import type { Child } from './child.ts'
import { type Claimant, claims, controllerOf, isOwnedBy } from './controller-ref.ts'
import { routedIn } from './last-status.ts'
import { isPod, type Pod } from './pod.ts'
import { HASH_LABEL } from './replica-set.ts'
import { count } from './untyped.ts'
import { daemonSetOf, deploymentOf, statefulSetOf } from './workload.ts'

/** Objects with the labels of a Mcrouter, among which its pods are. */
export interface Candidates {
  readonly pods: readonly KubeObject[]
  readonly replicaSets: readonly KubeObject[]
}

/**
 * The pods of a Mcrouter: those that its StatefulSets have, those of the ReplicaSets that its Deployment has, and those of its
 * DaemonSet. Any pod may have their labels.
 */
export function podsOf(mcrouter: KubeObject, children: readonly Child[], candidates: Candidates): Pod[] {
  const isServer = serversOf(mcrouter, children)
  const isOfDeployment = routerOf(mcrouter, deploymentOf(children), candidates.replicaSets)
  const isOfDaemonSet = nodeRouterOf(mcrouter, daemonSetOf(children))
  const isRouter = (pod: Pod) => isOfDeployment(pod) || isOfDaemonSet(pod)
  return candidates.pods
    .filter(isPod)
    .filter((pod) => (pod.component === 'memcached' ? isServer(pod) : isRouter(pod)))
}

/** A pool of which nothing is there has no pods: its name may be anybody's invention. */
function serversOf(mcrouter: KubeObject, children: readonly Child[]): (pod: Pod) => boolean {
  const { metadata } = mcrouter
  const found = children.flatMap((child) => poolOfObject(metadata, child) ?? [])
  const byPool = new Map(
    [MAIN_POOL, ...found].map((pool) => [
      pool,
      serverOf(mcrouter, pool, statefulSetOf(metadata, pool, children)),
    ]),
  )
  return (pod) => byPool.get(pod.pool)?.(pod) ?? false
}

function serverOf(mcrouter: KubeObject, pool: string, statefulSet: Child | undefined): (pod: Pod) => boolean {
  const { metadata } = mcrouter
  const claimant: Claimant = {
    kind: 'StatefulSet',
    name: poolName(metadata, pool),
    uid: statefulSet?.metadata.uid,
    selector: selectorOf(metadata, { pool }),
  }
  // A StatefulSet adopts no pod beyond its replicas but to delete it. Where it is gone, how many pods are counted decides how
  // many it gets, and somebody may have made one more.
  const adopted = statefulSet?.replicas ?? (pool === MAIN_POOL ? serversKnown(mcrouter) : 0)
  return (pod) => {
    if (!claims(claimant, pod.metadata)) return false
    const isFree = controllerOf(pod.metadata) === undefined && !isOwnedBy(pod.metadata, metadata.uid)
    return !isFree || pod.ordinal < adopted
  }
}

/** How many servers the pool {@link MAIN_POOL} is known to want or to have had: no status tells it of others. */
function serversKnown({ spec, status = {} }: KubeObject): number {
  const shards = count(valueAt(spec, STORED.keysOf('pool.shards')))
  // A version that says by a word whether there are copies counts all servers as shards.
  const copies = count(valueAt(spec, STORED.keysOf('pool.copies'))) || 1
  const wanted = shards * copies
  return Math.max(wanted, count(status.replicas), routedIn(status) ?? 0)
}

function routerOf(
  { metadata }: KubeObject,
  deployment: Child | undefined,
  replicaSets: readonly KubeObject[],
): (pod: Pod) => boolean {
  const { routers } = namesOf(metadata)
  const selector = selectorOf(metadata, 'mcrouter')
  const owner: Claimant = { kind: 'Deployment', name: routers, uid: deployment?.metadata.uid, selector }
  const claimants = replicaSets
    .filter((set) => claims(owner, set.metadata))
    .map(({ metadata: { name, uid, labels } }): Claimant => {
      const hash = labels?.[HASH_LABEL] ?? ''
      return { kind: 'ReplicaSet', name, uid, selector: { ...selector, [HASH_LABEL]: hash } }
    })
  return (pod) => claimants.some((set) => claims(set, pod.metadata))
}

/** One without a controller is its own only where there is a DaemonSet to adopt it. */
function nodeRouterOf({ metadata }: KubeObject, daemonSet: Child | undefined): (pod: Pod) => boolean {
  const claimant: Claimant = {
    kind: 'DaemonSet',
    name: namesOf(metadata).routers,
    uid: daemonSet?.metadata.uid,
    selector: selectorOf(metadata, 'mcrouter'),
  }
  return (pod) => {
    if (daemonSet === undefined && controllerOf(pod.metadata) === undefined) return false
    // By its hash it is one of a ReplicaSet's.
    if (controllerOf(pod.metadata) === undefined && pod.metadata.labels?.[HASH_LABEL] !== undefined)
      return false
    return claims(claimant, pod.metadata)
  }
}
