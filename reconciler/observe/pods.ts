import { selectorOf } from '../../render/labels.ts'
import { copyOfObject, namesOf, poolOfObject, zoneName } from '../../render/names.ts'
import { copyName, poolName } from '../../routing/servers.ts'
import { valueAt } from '../../schemas/fields.ts'
import { MAIN_POOL, MOST_ZONES } from '../../schemas/mcrouter.ts'
import { STORED } from '../../schemas/versions.ts'
import type { KubeObject } from '../kube/api.ts'
import type { Child } from './child.ts'
import { type Claimant, claims, controllerOf, isOwnedBy } from './controller-ref.ts'
import { routedIn } from './last-status.ts'
import { isPod, type Pod } from './pod.ts'
import { HASH_LABEL } from './replica-set.ts'
import { count } from './untyped.ts'
import { daemonSetOf, deploymentOf, statefulSetOf, zoneDeployments } from './workload.ts'

/** Objects with the labels of a Mcrouter, among which its pods are. */
export interface Candidates {
  readonly pods: readonly KubeObject[]
  readonly replicaSets: readonly KubeObject[]
}

/**
 * The pods of a Mcrouter: those that its StatefulSets have, those of the ReplicaSets that its Deployments have, and those of its
 * DaemonSet. Any pod may have their labels.
 */
export function podsOf(mcrouter: KubeObject, children: readonly Child[], candidates: Candidates): Pod[] {
  const isServer = serversOf(mcrouter, children)
  const isOfDeployment = routerOf(mcrouter, children, candidates.replicaSets)
  const isOfDaemonSet = nodeRouterOf(mcrouter, daemonSetOf(children))
  const isRouter = (pod: Pod) => isOfDeployment(pod) || isOfDaemonSet(pod)
  return candidates.pods
    .filter(isPod)
    .filter((pod) => (pod.component === 'memcached' ? isServer(pod) : isRouter(pod)))
}

/** A pool of which nothing is there has no pods: its name may be anybody's invention. So it is with a copy. */
function serversOf(mcrouter: KubeObject, children: readonly Child[]): (pod: Pod) => boolean {
  const { metadata } = mcrouter
  const found = children.flatMap((child) => {
    const pool = poolOfObject(metadata, child)
    return pool === undefined ? [] : [{ pool, copy: copyOfObject(metadata, child) }]
  })
  const claimants = new Map(
    [{ pool: MAIN_POOL, copy: undefined }, ...found].map(({ pool, copy }) => [
      unitName(pool, copy),
      serverOf(mcrouter, pool, copy, statefulSetOf(metadata, pool, children, copy)),
    ]),
  )
  return (pod) => claimants.get(unitName(pod.pool, pod.copy))?.(pod) ?? false
}

function unitName(pool: string, copy: number | undefined): string {
  return `${copy} ${pool}`
}

function serverOf(
  mcrouter: KubeObject,
  pool: string,
  copy: number | undefined,
  statefulSet: Child | undefined,
): (pod: Pod) => boolean {
  const { metadata } = mcrouter
  const claimant: Claimant = {
    kind: 'StatefulSet',
    name: copy === undefined ? poolName(metadata, pool) : copyName(metadata, { pool, copy }),
    uid: statefulSet?.metadata.uid,
    selector: selectorOf(metadata, { pool }, copy),
  }
  // A StatefulSet adopts no pod beyond its replicas but to delete it. Where it is gone, how many pods are counted decides how
  // many it gets, and somebody may have made one more.
  const isOfMain = pool === MAIN_POOL && copy === undefined
  const adopted = statefulSet?.replicas ?? (isOfMain ? serversKnown(mcrouter) : 0)
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

/**
 * Of the Deployment that is in no zone, and of those of zones. One whose Deployment is gone still counts by name: its routers may run
 * for a while.
 */
function routerOf(
  { metadata }: KubeObject,
  children: readonly Child[],
  replicaSets: readonly KubeObject[],
): (pod: Pod) => boolean {
  const { routers } = namesOf(metadata)
  const inZones = new Map(zoneDeployments(children).map(({ zone, child }) => [zone, child.metadata.uid]))
  const owners = [
    { name: routers, uid: deploymentOf(children)?.metadata.uid, copy: undefined },
    ...Array.from({ length: MOST_ZONES }, (_, copy) => ({
      name: zoneName(metadata, copy),
      uid: inZones.get(copy),
      copy,
    })),
  ]
  const claimants = owners.flatMap(({ name, uid, copy }): Claimant[] => {
    const selector = selectorOf(metadata, 'mcrouter', copy)
    const owner: Claimant = { kind: 'Deployment', name, uid, selector }
    const own = replicaSets.filter((set) => claims(owner, set.metadata))
    return own.map(({ metadata: { name, uid, labels } }): Claimant => {
      const hash = labels?.[HASH_LABEL] ?? ''
      return { kind: 'ReplicaSet', name, uid, selector: { ...selector, [HASH_LABEL]: hash } }
    })
  })
  const known = new Set(replicaSets.map(({ metadata: { uid } }) => uid))
  const gone = owners.filter(({ copy, uid }) => copy !== undefined && uid === undefined)
  return (pod) => {
    if (claimants.some((set) => claims(set, pod.metadata))) return true
    const controller = controllerOf(pod.metadata)
    if (controller?.kind !== 'ReplicaSet' || known.has(controller.uid)) return false
    // Its ReplicaSet goes before it does (kubernetes pkg/controller/deployment/sync.go names them so).
    const hash = pod.metadata.labels?.[HASH_LABEL] ?? ''
    return gone.some(({ name }) => controller.name === `${name}-${hash}`)
  }
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
