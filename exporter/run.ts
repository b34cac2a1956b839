import type { Server } from 'node:http'
import { serveHealth } from '../process/health.ts'
import type { Surroundings } from '../reconciler/kube/connection/on-cluster.ts'
import { dialPod } from '../reconciler/routers/dial.ts'
import type { Flags } from './flags.ts'
import { createMetrics } from './metrics.ts'
import { ProbeRoute } from './probe-route.ts'
import { Prober } from './prober.ts'
import { Watches } from './watches.ts'

/** Less than Prometheus waits for an answer by default (10 s), so that it hears that a pod hangs. */
const TIMEOUT_MS = 4_000
/** Each Prometheus keeps as many as it scrapes targets at the same time. */
const CONNECTIONS = 512
/** Prometheus keeps a connection for its next scrapes: one that is closed meanwhile may be written into. */
const KEEP_ALIVE_MS = 120_000

/** Answers until `stop` fires. Rejects when it cannot listen on its address. */
export async function serve(
  { flags, cluster, clock, log }: Surroundings<Flags>,
  stop: AbortSignal,
): Promise<void> {
  const { session } = cluster
  const watches = new Watches({ session, clock, log, random: Math.random, namespaces: flags.watchNamespaces })
  const { targets } = watches
  const prober = new Prober({
    dial: ({ host, port, tls }) => dialPod(host, port, tls),
    clock,
    timeoutMs: TIMEOUT_MS,
  })
  const metrics = createMetrics({ running: () => prober.running, targets: () => targets.count })
  const route = new ProbeRoute({
    find: (address) => targets.find(address),
    unsynced: () => watches.unsynced,
    prober,
    metrics,
    log,
  })
  const server = await serveHealth(
    {
      // One that no longer hears from the API server goes on with what it knows: a restart would know nothing.
      livenessProblem: () => undefined,
      readinessProblem: () => watches.unsynced,
      registry: metrics.registry,
      route,
      connections: CONNECTIONS,
    },
    flags.host,
    flags.port,
  )
  server.keepAliveTimeout = KEEP_ALIVE_MS
  void watches.synced.then(() => log.info({ targets: targets.count }, 'synced'))
  await watches.run(stop)
  await closed(server)
}

/** Answers what is under way. */
async function closed(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  server.closeIdleConnections()
  await promise
}
