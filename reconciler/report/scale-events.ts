import { mismatch } from '../../routing/release-of.ts'
import type { FieldPath } from '../../schemas/fields.ts'
import { spreadOf } from '../../schemas/layout.ts'
import { MAIN_POOL, type Pools, type Release, type Topology } from '../../schemas/mcrouter.ts'
import { TOPOLOGIES } from '../../schemas/topologies.ts'
import { resizeWarning } from '../../schemas/validation/resize-warning.ts'
import { SHRINK_UNCONFIRMED_ANNOTATION } from '../../schemas/well-known.ts'
import type { Child } from '../observe/child.ts'
import type { LastStatus } from '../observe/last-status.ts'
import { type Published, routedTo } from '../observe/published.ts'
import { isRollingOut, isUnseen, stall } from '../observe/workload.ts'
import type { ReconcilerEvent } from '../reconciler-event.ts'
import type { RouterState } from '../routers/confirm.ts'
import type { PoolScaling, Scaling } from '../scaling/scaling.ts'
import { plural, titleOfPool } from './wording.ts'

export interface Progress {
  readonly scaling: Scaling
  /** Of the spec. */
  readonly pools: Pools
  /** As the spec says. */
  readonly release: Release
  /** Of the version that the spec is written in. */
  readonly fieldPath: FieldPath
  /** What the status says of the configuration. */
  readonly recorded: LastStatus | undefined
  readonly routers: readonly Child[]
}

/** Events about scaling and about the rollout of the configuration. */
export function scaleEvents(progress: Progress): ReconcilerEvent[] {
  const { scaling, pools, routers } = progress
  const events = [
    ...scaling.pools.flatMap((pool) => scaled(pool, scaling.published, spreadOf(pools, pool.name).topology)),
    ...confirmations(progress),
  ]
  // Routers of the old image may not understand the configuration for the new one.
  const replaced = routers.some(
    (workload) => (isUnseen(workload) || isRollingOut(workload)) && stall(workload) === undefined,
  )
  return replaced ? events.filter(({ reason }) => reason !== 'ConfigRefused') : events
}

function scaled(
  { name, pool, next }: PoolScaling,
  published: Published | undefined,
  topology: Topology,
): ReconcilerEvent[] {
  const { wanted, running } = pool
  const { step, wait } = next
  if (running === 0 || published === undefined) return []
  const events: ReconcilerEvent[] = []
  const routed = routedTo(published, name)
  const title = titleOfPool(name)
  if (step.servers > running) {
    const moved = resizeWarning(routed, wanted, topology)
    const note = moved ?? `${running} → ${wanted} servers: the new ones start empty`
    events.push({
      type: 'Normal',
      reason: 'ScalingUp',
      note: `${title}${note}; routers use them once they are ready`,
    })
  }
  if (step.routed < routed) {
    const { copies } = TOPOLOGIES[topology]
    const moved = copies ? undefined : resizeWarning(routed, wanted, topology)
    const note = moved ?? `${running} → ${wanted} servers`
    events.push({
      type: 'Normal',
      reason: 'ScalingDown',
      note: `${title}${note}; they go once no router uses them`,
    })
  }
  const grown = step.routed > routed && step.routed === wanted
  const shrunk = step.servers < running && step.servers === wanted
  if (wait === undefined && (grown || shrunk)) {
    events.push({ type: 'Normal', reason: 'Scaled', note: sizeNote(name, wanted) })
  }
  if (wait?.for === 'confirmation' && wait.overdue) {
    const note = `${title}${running} servers are kept: a router may still use more than ${wanted}. See Degraded; the annotation ${SHRINK_UNCONFIRMED_ANNOTATION}=true removes the others anyway`
    events.push({ type: 'Warning', reason: 'ShrinkWaits', note })
  }
  return events
}

function sizeNote(pool: string, servers: number): string {
  const which = pool === MAIN_POOL ? 'The pool' : `Pool ${pool}`
  return servers === 0 ? `${which} is removed` : `${which} has ${plural(servers, 'server')}`
}

function confirmations(progress: Progress): ReconcilerEvent[] {
  const { scaling, recorded, fieldPath } = progress
  const { published, confirmation, overdue } = scaling
  if (published === undefined || confirmation === undefined || confirmation.states.length === 0) return []
  const { states, since } = confirmation
  const isNew = recorded?.digest !== published.digest || recorded.since === undefined
  if (since !== undefined) {
    const note = `${plural(states.length, 'router')} confirmed configuration ${published.digest}`
    return isNew
      ? [{ type: 'Normal', reason: 'ConfigConfirmed', note }, ...otherReleases(states, progress)]
      : []
  }
  const refused = states.filter(({ runs }) => runs === 'refused').map(({ pod }) => pod)
  if (refused.length > 0) {
    const note = `${refused.join(', ')} refused configuration ${published.digest} and kept the previous one; check that ${fieldPath('routers.release')} matches ${fieldPath('routers.image')}`
    return [{ type: 'Warning', reason: 'ConfigRefused', note }]
  }
  if (!overdue) return []
  const behind = states.filter(({ runs }) => runs !== 'published').map(({ pod }) => pod)
  const note = `${behind.join(', ')} did not confirm configuration ${published.digest} in time`
  return [{ type: 'Warning', reason: 'ConfigUnconfirmed', note }]
}

/** The first router of another release than the spec says: a Mcrouter has one image, so one event is enough. */
function otherReleases(states: readonly RouterState[], { release, fieldPath }: Progress): ReconcilerEvent[] {
  for (const state of states) {
    const what = state.runs === 'published' && mismatch(release, state.version ?? '', fieldPath)
    if (what) return [{ type: 'Warning', reason: 'ReleaseDiffers', note: `${state.pod} ${what}` }]
  }
  return []
}
