import { sleep } from '../process/clock.ts'
import { serveHealth } from '../process/health.ts'
import type { ElectionEnd } from './kube/election/elector.ts'
import { registerCertificates } from './metrics/certificates.ts'
import { registerGauges } from './metrics/gauges.ts'
import { mcrouterMetrics } from './metrics/mcrouters.ts'
import { registerStorage } from './metrics/storage.ts'
import { assemble, type Surroundings } from './wiring.ts'

/** Bookmarks come every minute: without one for this long, the process no longer sees changes. */
const DEAF_MS = 5 * 60_000
/**
 * A process leads only once it knows what there is, unless that takes longer than this: the leader makes the certificates of the
 * server, without which Mcrouters of another version than the stored one cannot be listed.
 */
const SYNC_MS = 15_000
/** Longest that shutdown waits for events to be written. */
const FLUSH_MS = 2_000

/**
 * Watches, and works whenever this process leads, until `stop` fires or the lead is lost. Rejects when it cannot listen
 * on its address.
 */
export async function operate(surroundings: Surroundings, stop: AbortSignal): Promise<ElectionEnd> {
  const { flags, clock, log } = surroundings
  const parts = assemble(surroundings)
  const { controller, elector, certificates, webhook, migration, recorder, metrics } = parts
  const state = { synced: false, leads: false }
  const { queue, informers } = controller
  registerGauges(metrics.registry, {
    queue,
    informers,
    lease: flags.name,
    leads: () => state.leads,
    events: recorder,
  })
  registerCertificates(metrics.registry, () => certificates?.state)
  if (migration !== undefined) registerStorage(metrics.registry, () => migration.counts)
  const health = await serveHealth(
    {
      livenessProblem: () =>
        controller.silentMs > DEAF_MS
          ? `nothing was heard from the API server for ${DEAF_MS / 60_000} minutes`
          : undefined,
      readinessProblem: () =>
        state.synced ? (certificates?.complaint ?? webhook?.complaint) : controller.unsynced,
      registry: metrics.registry,
      // A process that waits to lead knows nothing of them, and one that has led may be out of date.
      moreMetrics: () => (state.leads ? mcrouterMetrics(() => controller.reported()) : []),
    },
    flags.host,
    flags.port,
  )
  const watching = new AbortController()
  const watches = Promise.all([
    controller.watch(watching.signal),
    certificates?.awaitRegistration(watching.signal),
    webhook?.awaitAnswer(watching.signal),
  ])
  const synced = controller.synced().then(() => {
    state.synced = true
    log.info(
      { objects: Object.fromEntries([...informers].map(([resource, { size }]) => [resource, size])) },
      'synced',
    )
  })
  try {
    await Promise.race([synced, fired(stop), ...(certificates ? [sleep(clock, SYNC_MS, stop)] : [])])
    if (stop.aborted) return 'stopped'
    return await elector.run(async (lost) => {
      state.leads = true
      log.info('leading')
      const over = AbortSignal.any([stop, lost])
      const working = Promise.race([synced, fired(over)]).then(() => controller.lead(stop, lost))
      await Promise.all([working, certificates?.rotate(over), migration?.run(over)])
      state.leads = false
    }, stop)
  } finally {
    await Promise.race([recorder.flush(), sleep(clock, FLUSH_MS)])
    watching.abort()
    await watches
    health.close()
    health.closeAllConnections()
  }
}

function fired(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
