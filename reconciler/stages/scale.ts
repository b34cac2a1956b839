import type { EpochMs } from '../../process/clock.ts'
import { selectorOf } from '../../render/labels.ts'
import { poolOfObject } from '../../render/names.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'
import { layoutVersion } from '../../schemas/written-version.ts'
import { ApiError } from '../kube/connection/errors.ts'
import { labelSelector } from '../kube/paths.ts'
import { mcrouters, pods, replicaSets } from '../kube/resources.ts'
import type { Observed } from '../observe/caches.ts'
import { type Pod, transformPod } from '../observe/pod.ts'
import { podsOf } from '../observe/pods.ts'
import { transformReplicaSet } from '../observe/replica-set.ts'
import type { ReconcileContext } from '../reconcile-context.ts'
import { consentEvent } from '../report/consent.ts'
import { askFor } from '../routers/confirm.ts'
import { asBefore, type Held, heldBack } from '../scaling/consent.ts'
import { type PoolScaling, type Scaling, scalingOf } from '../scaling/scaling.ts'

/** What there is of an accepted Mcrouter, and how far each of its pools may go now. */
export interface Scaled extends Observed {
  readonly mcrouter: Mcrouter
  readonly scaling: Scaling
  /** What is not done of the spec before somebody consents to it: `mcrouter` is without that. */
  readonly held: readonly Held[]
  /** When that was decided. */
  readonly now: EpochMs
}

/** Rejects with an ApiError as {@link recheckBeforeShrink} does. */
export async function scale(
  context: ReconcileContext,
  wanted: Mcrouter,
  observed: Observed,
): Promise<Scaled> {
  const now = context.clock.now()
  const { asksConsent } = layoutVersion(context.mcrouter.metadata)
  const held = heldBack(wanted, context.mcrouter, observed, asksConsent)
  if (held.length > 0) context.recordEvent(consentEvent(held))
  const mcrouter = held.length === 0 ? wanted : asBefore(wanted, held)
  const deps = { ...context, confirm: askFor(context.confirm, mcrouter) }
  const decide = (seen: Observed) => scalingOf(mcrouter, context.mcrouter, seen, deps, now)
  const scaling = await recheckBeforeShrink(context, mcrouter, observed, await decide(observed), decide)
  return { ...observed, mcrouter, scaling, held, now }
}

/**
 * A decision to let servers go is taken `again` with the routers that the API server has at this moment: a watch can be a
 * minute behind, and a router that it does not show yet may still use them. Costs three reads a shrink, and none for what is being
 * deleted anyway: a finalizer may keep that for ever.
 * Rejects with an ApiError when one fails, a conflict where the Mcrouter has another spec by now.
 */
export async function recheckBeforeShrink(
  context: ReconcileContext,
  mcrouter: Mcrouter,
  observed: Observed,
  scaling: Scaling,
  again: (observed: Observed) => Promise<Scaling>,
): Promise<Scaling> {
  const { pools, confirmation } = scaling
  const isLess = (pool: PoolScaling) => letsGo(pool) && !isGoing(mcrouter, observed, pool.name)
  if (!pools.some(isLess)) return scaling
  await stillWants(context)
  if (confirmation === undefined) return scaling
  const routers = await routersOf(context, mcrouter, observed)
  const servers = observed.pods.filter(({ component }) => component === 'memcached')
  return await again({ ...observed, pods: [...servers, ...routers] })
}

/** Whether some of its servers go with the next step. */
function letsGo({ pool, next, units }: PoolScaling): boolean {
  if (units === undefined) return next.step.servers < pool.running
  return units.some(({ servers, running }) => servers < running)
}

/** Whether nothing of a pool is left to decide on, since all of its objects are being deleted. */
function isGoing(mcrouter: Mcrouter, { children }: Observed, pool: string): boolean {
  const ofPool = children.filter((child) => poolOfObject(mcrouter, child) === pool)
  return ofPool.length > 0 && ofPool.every(({ metadata }) => metadata.deletionTimestamp !== undefined)
}

async function routersOf(
  { api, mcrouter: stored, signal }: ReconcileContext,
  mcrouter: Mcrouter,
  { children }: Observed,
): Promise<Pod[]> {
  const labels = labelSelector(selectorOf(mcrouter, 'mcrouter'))
  const selection = { namespace: mcrouter.namespace, labelSelector: labels, signal }
  // In this order: a pod is made after its ReplicaSet.
  const found = await api.list(pods, { ...selection, keep: transformPod })
  const sets = await api.list(replicaSets, { ...selection, keep: transformReplicaSet })
  return podsOf(stored, children, { pods: found, replicaSets: sets })
}

/** By a list of one: it takes no right that watching does not take. */
async function stillWants({ api, mcrouter, signal }: ReconcileContext): Promise<void> {
  const { namespace = '', name, uid, generation } = mcrouter.metadata
  const found = await api.list(mcrouters, { namespace, fieldSelector: `metadata.name=${name}`, signal })
  if (found.some(({ metadata }) => metadata.uid === uid && metadata.generation === generation)) return
  throw new ApiError(`Mcrouter ${namespace}/${name} has changed since`, { status: 409, reason: 'Conflict' })
}
