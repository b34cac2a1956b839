import { copyOfObject, poolOfObject } from '../../render/names.ts'
import type { Manifest } from '../../render/rendering.ts'
import { MAIN_POOL, type Mcrouter } from '../../schemas/mcrouter.ts'
import { ADOPT_ANNOTATION } from '../../schemas/well-known.ts'
import type { KubeObject } from '../kube/api.ts'
import type { Pod } from '../observe/pod.ts'
import { record } from '../observe/untyped.ts'
import { retiringIn } from './deployment.ts'

/** The one port on which the memcached of that operator listens, whatever port its Mcrouter had. */
export const PREDECESSORS_PORT = 11211

/** Whether something of the Ansible operator is still there. */
export function isAdopting(stored: KubeObject, pods: readonly Pod[]): boolean {
  return retiringIn(stored).length > 0 || adoptedServers(pods).length > 0
}

/** Memcached pods that the Ansible operator made and that are still there. */
function adoptedServers(pods: readonly Pod[]): Pod[] {
  return pods.filter(({ pool, adopted, deleting }) => pool === MAIN_POOL && adopted && !deleting)
}

/**
 * A StatefulSet's manifest that leaves adopted pods as they are, with their data: the controller replaces no pod whose
 * ordinal is below the partition. One that goes away by itself is made anew from our template as it was at the adoption,
 * the StatefulSet's current revision; changes since then reach it once the partition is no longer above it (kubernetes
 * pkg/controller/statefulset/stateful_set_utils.go, newVersionedStatefulSetPod).
 */
export function keepAdoptedPods(
  manifest: Manifest,
  pods: readonly Pod[],
  stored: KubeObject,
  mcrouter: Mcrouter,
): Manifest {
  const isOfMain =
    poolOfObject(mcrouter, manifest) === MAIN_POOL && copyOfObject(mcrouter, manifest) === undefined
  if (manifest.kind !== 'StatefulSet' || !isOfMain) return manifest
  const partition = Math.max(-1, ...adoptedServers(pods).map(({ ordinal }) => ordinal)) + 1
  const roll = stored.metadata.annotations?.[ADOPT_ANNOTATION] === 'roll'
  // On another port no request of the new routers reaches them: what they hold is lost already.
  if (partition === 0 || roll || mcrouter.pools[0].port !== PREDECESSORS_PORT) return manifest
  const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition } }
  return { ...manifest, spec: { ...record(manifest.spec), updateStrategy } }
}
