import { Counter, Gauge, type Registry } from 'prom-client'
import type { WorkQueue } from '../queue/queue.ts'
import { CONTROLLER } from './metrics.ts'

/** What is read at each scrape. */
export interface Gauged {
  readonly queue: Pick<
    WorkQueue,
    'depth' | 'adds' | 'retries' | 'unfinishedSeconds' | 'longestRunningSeconds'
  >
  /** The local copies, by resource. */
  readonly mirrors: ReadonlyMap<string, Watched>
  /** Name of the Lease, and whether this process holds it. */
  readonly lease: string
  readonly leads: () => boolean
  readonly events: { readonly written: number; readonly dropped: number; readonly failed: number }
  /** When the certificates end, in milliseconds since 1970; undefined while this process issues none. */
  readonly certificates: () => { readonly authority: number; readonly serving?: number } | undefined
}

export interface Watched {
  readonly size: number
  readonly silentMs: number
  readonly reconnects: number
  readonly relistRepairs: number
}

const MS_PER_SECOND = 1000

type Sample = readonly [labels: Record<string, string>, value: number]

/** Registers what is not counted here but by the parts themselves; names are client-go's where it has them. */
export function registerGauges(registry: Registry, gauged: Gauged): void {
  const { queue, mirrors, lease, leads, events, certificates } = gauged
  const ofQueue = (read: () => number) => (): Sample[] => [
    [{ name: CONTROLLER, controller: CONTROLLER }, read()],
  ]
  const ofWatch = (read: (watched: Watched) => number) => (): Sample[] =>
    [...mirrors].map(([resource, watched]) => [{ resource }, read(watched)])

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
  gauge(
    registry,
    'mcrouter_operator_certificate_expiry_timestamp_seconds',
    'When the CA and the serving certificate end, in seconds since 1970',
    () => expiries(certificates()),
    ['certificate'],
  )
}

function expiries(notAfter: ReturnType<Gauged['certificates']>): Sample[] {
  if (notAfter === undefined) return []
  const { authority, serving } = notAfter
  const ofServing: Sample[] =
    serving === undefined ? [] : [[{ certificate: 'serving' }, serving / MS_PER_SECOND]]
  return [[{ certificate: 'authority' }, authority / MS_PER_SECOND], ...ofServing]
}

/** @param labelNames those of the first sample, unless there may be none yet */
function gauge(
  registry: Registry,
  name: string,
  help: string,
  read: () => Sample[],
  labelNames: string[] = Object.keys(read()[0]?.[0] ?? {}),
): void {
  new Gauge({
    name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      for (const [labels, value] of read()) this.set(labels, value)
    },
  })
}

function counter(registry: Registry, name: string, help: string, read: () => Sample[]): void {
  const labelNames = Object.keys(read()[0]?.[0] ?? {})
  new Counter({
    name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      this.reset()
      for (const [labels, value] of read()) this.inc(labels, value)
    },
  })
}
