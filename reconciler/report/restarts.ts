import type { EpochMs } from '../../process/clock.ts'
import type { Topology } from '../../schemas/mcrouter.ts'
import { TOPOLOGIES } from '../../schemas/topologies.ts'
import { rfc3339 } from '../kube/time.ts'
import type { Pod } from '../observe/pod.ts'
import { endingOf } from '../observe/restart.ts'
import type { Problem } from '../reconcile-report.ts'
import type { ReconcilerEvent } from '../reconciler-event.ts'

/** For so long after its last restart, a container that had restarted before counts as one that keeps doing it. */
const WHILE_MS = 1_800_000
/** A process that begins tells what happened just before: nobody may have led. Twice is better than not at all. */
const RECENT_MS = 60_000

/** Restarts of containers that were told, of one Mcrouter: by the uid of the pod. */
export class ToldRestarts {
  readonly #counts = new Map<string, number>()

  /** News of each restart that is not told yet. */
  eventsOf(pods: readonly Pod[], topology: Topology, now: EpochMs): ReconcilerEvent[] {
    const uids = new Set(pods.map(({ uid }) => uid))
    for (const uid of this.#counts.keys()) if (!uids.has(uid)) this.#counts.delete(uid)
    return pods.flatMap((pod) => {
      const { uid, restart, trouble } = pod
      const told = this.#counts.get(uid)
      this.#counts.set(uid, restart?.count ?? 0)
      if (restart === undefined || restart.count === told) return []
      // Degraded says so for as long as it lasts; and one that does not stay has nothing to lose.
      if (trouble?.reason === 'CrashLooping') return []
      return told === undefined && now - restart.at > RECENT_MS ? [] : [eventOf(pod, topology)]
    })
  }
}

function eventOf({ name, component, restart }: Pod, topology: Topology): ReconcilerEvent {
  const how = restart === undefined ? '' : ` (${endingOf(restart)})`
  const lost =
    component === 'mcrouter'
      ? 'the connections of its clients were cut; no data was lost'
      : `it came back empty: ${TOPOLOGIES[topology].restart}`
  return {
    type: 'Warning',
    reason: component === 'mcrouter' ? 'RouterRestarted' : 'ServerRestarted',
    note: `Container ${component} of pod ${name} has ended${how} and was started again; ${lost}`,
  }
}

/** Containers that restart again and again, and do not say so themselves: each is Ready most of the time. */
export function restarting(pods: readonly Pod[], now: EpochMs): Problem[] {
  return pods.flatMap(({ name, component, deleting, trouble, restart }) => {
    if (restart === undefined || restart.count < 2 || deleting || trouble !== undefined) return []
    if (now - restart.at >= WHILE_MS) return []
    const message = `Pod ${name}: container ${component} has restarted ${restart.count} times, last at ${rfc3339(restart.at)} (${endingOf(restart)})`
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
