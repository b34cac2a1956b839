import { selectorOf } from '../../render/labels.ts'
import { namesOf } from '../../render/names.ts'
import { poolName } from '../../routing/servers.ts'
import { valueAt } from '../../schemas/fields.ts'
import { MAIN_POOL } from '../../schemas/mcrouter.ts'
import { STORED } from '../../schemas/versions.ts'
import type { KubeObject } from '../kube/api.ts'
import { type Child, isOwnedBy } from './child.ts'
import { type Claimant, claims } from './claim.ts'
import { controllerOf } from './controller-ref.ts'
import { routedIn } from './last-status.ts'
import { type Pod, podOf } from './pod.ts'
import { HASH_LABEL } from './replica-set.ts'
import { count } from './untyped.ts'
import { workload } from './workload.ts'

/** Objects with the labels of a Mcrouter, among which its pods are. */
export interface Candidates {
  readonly pods: readonly KubeObject[]
  readonly replicaSets: readonly KubeObject[]
}

/**
 * The pods of a Mcrouter: those that its StatefulSet has, and those of the ReplicaSets that its Deployment has. Any pod may
 * have their labels.
 */
export function podsOf(mcrouter: KubeObject, children: readonly Child[], candidates: Candidates): Pod[] {
  const pods = candidates.pods.flatMap((object) => {
    const pod = podOf(object)
    return pod === undefined ? [] : [{ pod, object }]
  })
  const isServer = serverOf(mcrouter, workload(children, 'StatefulSet'))
  const isRouter = routerOf(mcrouter, workload(children, 'Deployment'), candidates.replicaSets)
  return pods.flatMap(({ pod, object }) =>
    (pod.component === 'memcached' ? isServer(object, pod.ordinal) : isRouter(object)) ? [pod] : [],
  )
}

function serverOf(
  mcrouter: KubeObject,
  statefulSet: Child | undefined,
): (pod: KubeObject, ordinal: number) => boolean {
  const { metadata } = mcrouter
  const claimant: Claimant = {
    kind: 'StatefulSet',
    name: poolName(metadata, MAIN_POOL),
    uid: statefulSet?.metadata.uid,
    selector: selectorOf(metadata, { pool: MAIN_POOL }),
  }
  // A StatefulSet adopts no pod beyond its replicas but to delete it. Where it is gone, how many pods are counted decides how
  // many it gets, and somebody may have made one more.
  const adopted = statefulSet?.replicas ?? serversKnown(mcrouter)
  return (pod, ordinal) => {
    if (!claims(claimant, pod.metadata)) return false
    const isFree = controllerOf(pod.metadata) === undefined && !isOwnedBy(pod.metadata, metadata.uid)
    return !isFree || ordinal < adopted
  }
}

/** How many servers a Mcrouter is known to want or to have had. */
function serversKnown({ spec, status = {} }: KubeObject): number {
  const wanted = valueAt(spec, STORED.keysOf('pool.servers'))
  return Math.max(count(wanted), count(status.replicas), routedIn(status) ?? 0)
}

function routerOf(
  { metadata }: KubeObject,
  deployment: Child | undefined,
  replicaSets: readonly KubeObject[],
): (pod: KubeObject) => boolean {
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
