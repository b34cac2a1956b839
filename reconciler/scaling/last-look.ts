import { selectorOf } from '../../render/labels.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'
import { ApiError } from '../kube/errors.ts'
import { mcrouters, pods } from '../kube/resources.ts'
import { labelSelector } from '../kube/selector.ts'
import { podOf, projectPod } from '../observe/pod.ts'
import type { Observed } from '../observe/sight.ts'
import type { Pass } from '../pass.ts'
import type { Scaling } from './scaling.ts'

/**
 * A decision to let servers go is taken `again` with the routers that the API server has at this moment: a watch can be a
 * minute behind, and a router that it does not show yet may still use them. Costs two reads a shrink.
 * Rejects with an ApiError when one fails, a conflict where the Mcrouter has another spec by now.
 */
export async function lastLook(
  pass: Pass,
  mcrouter: Mcrouter,
  observed: Observed,
  scaling: Scaling,
  again: (observed: Observed) => Promise<Scaling>,
): Promise<Scaling> {
  const { pool, next, confirmation } = scaling
  if (next.step.servers >= pool.running) return scaling
  await stillWants(pass)
  if (confirmation === undefined) return scaling
  const { api, signal } = pass
  const labels = labelSelector(selectorOf(mcrouter, 'mcrouter'))
  const found = await api.list(pods, {
    namespace: mcrouter.namespace,
    labelSelector: labels,
    keep: projectPod,
    signal,
  })
  const routers = found.flatMap((object) => podOf(object) ?? [])
  const servers = observed.pods.filter(({ component }) => component === 'memcached')
  return await again({ ...observed, pods: [...servers, ...routers] })
}

/** By a list of one: it takes no right that watching does not take. */
async function stillWants({ api, mcrouter, signal }: Pass): Promise<void> {
  const { namespace = '', name, uid, generation } = mcrouter.metadata
  const found = await api.list(mcrouters, { namespace, fieldSelector: `metadata.name=${name}`, signal })
  if (found.some(({ metadata }) => metadata.uid === uid && metadata.generation === generation)) return
  throw new ApiError(`Mcrouter ${namespace}/${name} has changed since`, { status: 409, reason: 'Conflict' })
}
