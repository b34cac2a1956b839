import { selectorOf } from '../../render/labels.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'
import { pods } from '../kube/resources.ts'
import { labelSelector } from '../kube/selector.ts'
import { podOf } from '../observe/pod.ts'
import type { Observed } from '../observe/sight.ts'
import type { Pass } from '../pass.ts'
import type { Scaling } from './scaling.ts'

/**
 * A decision to let servers go is taken `again` with the routers that the API server has at this moment: a watch can be a
 * minute behind, and a router that it does not show yet may still use them. Costs one read a shrink.
 * Rejects with an ApiError when it fails.
 */
export async function lastLook(
  { api, signal }: Pass,
  mcrouter: Mcrouter,
  observed: Observed,
  scaling: Scaling,
  again: (observed: Observed) => Promise<Scaling>,
): Promise<Scaling> {
  const { pool, next, confirmation } = scaling
  if (confirmation === undefined || next.step.servers >= pool.running) return scaling
  const labels = labelSelector(selectorOf(mcrouter, 'mcrouter'))
  const found = await api.list(pods, { namespace: mcrouter.namespace, labelSelector: labels, signal })
  const routers = found.flatMap((object) => podOf(object) ?? [])
  const servers = observed.pods.filter(({ component }) => component === 'memcached')
  return await again({ ...observed, pods: [...servers, ...routers] })
}
