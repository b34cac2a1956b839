import type { EpochMs } from '../../process/clock.ts'
import { spreadOf } from '../../schemas/layout.ts'
import type { Pools } from '../../schemas/mcrouter.ts'
import { lossIn } from '../../schemas/topologies.ts'
import { rfc3339 } from '../kube/time.ts'
import type { Pod } from '../observe/pod.ts'
import { endingOf } from '../observe/restart.ts'
import type { Problem } from '../reconcile-report.ts'
import type { ReconcilerEvent } from '../reconciler-event.ts'

/** A container that restarted more than once counts as restarting again and again until this long after the last time. */
const WHILE_MS = 1_800_000
/** A new process also reports restarts this recent: nobody may have led then. Twice is better than not at all. */
const RECENT_MS = 60_000

/** Container restarts of one Mcrouter of which there was an event, by the uid of the pod. */
export class ToldRestarts {
  readonly #counts = new Map<string, number>()

  /** News of each restart that is not told yet. */
  eventsOf(pods: readonly Pod[], pools: Pools, now: EpochMs): ReconcilerEvent[] {
    const uids = new Set(pods.map(({ metadata }) => metadata.uid))
    for (const uid of this.#counts.keys()) if (!uids.has(uid)) this.#counts.delete(uid)
    return pods.flatMap((pod) => {
      const { metadata, restart, trouble } = pod
      const { uid } = metadata
      const told = this.#counts.get(uid)
      this.#counts.set(uid, restart?.count ?? 0)
      if (restart === undefined || restart.count === told) return []
      // Degraded reports it for as long as it lasts, and a container that keeps ending has no data to lose.
      if (trouble?.reason === 'CrashLooping') return []
      return told === undefined && now - restart.at > RECENT_MS ? [] : [eventOf(pod, pools)]
    })
  }
}

function eventOf({ metadata, component, pool, restart }: Pod, pools: Pools): ReconcilerEvent {
  const how = restart === undefined ? '' : ` (${endingOf(restart)})`
  const lost =
    component === 'mcrouter'
      ? 'the connections of its clients were cut; no data was lost'
      : `it came back empty: ${lossIn(spreadOf(pools, pool)).restart}`
  return {
    type: 'Warning',
    reason: component === 'mcrouter' ? 'RouterRestarted' : 'ServerRestarted',
    note: `Container ${component} of pod ${metadata.name} has ended${how} and was started again; ${lost}`,
  }
}

/** Containers that restart again and again although their pods are Ready most of the time, so that no other check sees it. */
export function restarting(pods: readonly Pod[], now: EpochMs): Problem[] {
  return pods.flatMap(({ metadata, component, deleting, trouble, restart }) => {
    if (restart === undefined || restart.count < 2 || deleting || trouble !== undefined) return []
    if (now - restart.at >= WHILE_MS) return []
    const message = `Pod ${metadata.name}: container ${component} has restarted ${restart.count} times, last at ${rfc3339(restart.at)} (${endingOf(restart)})`
    return [{ reason: restart.reason === 'OOMKilled' ? 'OutOfMemory' : 'Restarting', message }]
  })
}

/** Milliseconds until one of them has been quiet for long enough; Infinity when none is to be waited for. */
export function calmAfter(pods: readonly Pod[], now: EpochMs): number {
  const left = pods.flatMap(({ restart }) =>
    restart !== undefined && restart.count >= 2 ? restart.at + WHILE_MS - now : [],
  )
  return Math.min(...left.filter((ms) => ms > 0), Number.POSITIVE_INFINITY)
}
