import { sleep } from '../process/clock.ts'
import { serveHealth } from './health.ts'
import type { ElectionEnd } from './kube/election/elector.ts'
import { registerCertificates } from './metrics/certificates.ts'
import { registerGauges } from './metrics/gauges.ts'
import { assemble, type Parts, type Surroundings } from './wiring.ts'

/** Bookmarks come every minute: without one for this long, the process no longer sees changes. */
const DEAF_MS = 5 * 60_000
/** Longest that shutdown waits for events to be written. */
const FLUSH_MS = 2_000

/**
 * Watches, and works whenever this process leads, until `stop` fires or the lead is lost. Rejects when it cannot listen
 * on its address.
 */
export async function operate(surroundings: Surroundings, stop: AbortSignal): Promise<ElectionEnd> {
  const { flags, clock, log } = surroundings
  const parts = assemble(surroundings)
  const { controller, elector, certificates, webhook, recorder, metrics } = parts
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
  const health = await serveHealth(
    {
      livenessProblem: () =>
        controller.silentMs > DEAF_MS
          ? `nothing was heard from the API server for ${DEAF_MS / 60_000} minutes`
          : undefined,
      readinessProblem: () =>
        state.synced ? (certificates?.complaint ?? webhook?.complaint) : controller.unsynced,
      registry: metrics.registry,
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
  try {
    await untilSynced(parts, stop)
    if (stop.aborted) return 'stopped'
    state.synced = true
    log.info(
      { objects: Object.fromEntries([...informers].map(([resource, { size }]) => [resource, size])) },
      'synced',
    )
    return await elector.run(async (lost) => {
      state.leads = true
      log.info('leading')
      const over = AbortSignal.any([stop, lost])
      await Promise.all([controller.lead(stop, lost), certificates?.rotate(over)])
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

async function untilSynced({ controller }: Parts, stop: AbortSignal): Promise<void> {
  await Promise.race([
    controller.synced(),
    new Promise<void>((resolve) => {
      if (stop.aborted) resolve()
      stop.addEventListener('abort', () => resolve(), { once: true })
    }),
  ])
}
