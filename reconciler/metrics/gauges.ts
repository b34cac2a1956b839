import type { Registry } from 'prom-client'
import type { WorkQueue } from '../queue/queue.ts'
import { CONTROLLER } from './metrics.ts'
import { counter, gauge, type Sample } from './sampled.ts'

/** What is read at each scrape. */
export interface Gauged {
  readonly queue: Pick<
    WorkQueue,
    'depth' | 'adds' | 'retries' | 'unfinishedSeconds' | 'longestRunningSeconds'
  >
  /** The local copies, by resource. */
  readonly informers: ReadonlyMap<string, Watched>
  /** Name of the Lease, and whether this process holds it. */
  readonly lease: string
  readonly leads: () => boolean
  readonly events: { readonly written: number; readonly dropped: number; readonly failed: number }
}

export interface Watched {
  readonly size: number
  readonly silentMs: number
  readonly reconnects: number
  readonly relistRepairs: number
}

/** Registers what is not counted here but by the parts themselves; names are client-go's where it has them. */
export function registerGauges(registry: Registry, gauged: Gauged): void {
  const { queue, informers, lease, leads, events } = gauged
  const ofQueue = (read: () => number) => (): Sample[] => [
    [{ name: CONTROLLER, controller: CONTROLLER }, read()],
  ]
  const ofWatch = (read: (watched: Watched) => number) => (): Sample[] =>
    [...informers].map(([resource, watched]) => [{ resource }, read(watched)])

  gauge(
    registry,
    'workqueue_depth',
    'Current depth of workqueue',
    ofQueue(() => queue.depth),
  )
  counter(
    registry,
    'workqueue_adds_total',
    'Total number of adds handled by workqueue',
    ofQueue(() => queue.adds),
  )
  counter(
    registry,
    'workqueue_retries_total',
    'Total number of retries handled by workqueue',
    ofQueue(() => queue.retries),
  )
  gauge(
    registry,
    'workqueue_unfinished_work_seconds',
    'Seconds of work in progress',
    ofQueue(() => queue.unfinishedSeconds),
  )
  gauge(
    registry,
    'workqueue_longest_running_processor_seconds',
    'Seconds of the longest work in progress',
    ofQueue(() => queue.longestRunningSeconds),
  )
  gauge(registry, 'leader_election_master_status', '1 if this process leads, else 0', () => [
    [{ name: lease }, leads() ? 1 : 0],
  ])
  gauge(
    registry,
    'mcrouter_operator_cache_objects',
    'Objects in the local copy',
    ofWatch(({ size }) => size),
  )
  gauge(
    registry,
    'mcrouter_operator_watch_last_event_age_seconds',
    'Seconds since the API server was last heard of on the watch',
    ofWatch(({ silentMs }) => silentMs / 1000),
  )
  counter(
    registry,
    'mcrouter_operator_watch_reconnects_total',
    'Watches begun after the first',
    ofWatch(({ reconnects }) => reconnects),
  )
  counter(
    registry,
    'mcrouter_operator_watch_relist_repairs_total',
    'Differences that only a later list brought to light',
    ofWatch(({ relistRepairs }) => relistRepairs),
  )
  counter(registry, 'mcrouter_operator_events_total', 'Events by what became of them', () => [
    [{ result: 'written' }, events.written],
    [{ result: 'dropped' }, events.dropped],
    [{ result: 'failed' }, events.failed],
  ])
}
