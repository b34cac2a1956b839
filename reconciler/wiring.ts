import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { serverService } from '../certs/names.ts'
import type { Clock } from '../process/clock.ts'
import { renderSettingsOf } from '../render/flags.ts'
import { versionsWith } from '../routing/versions.ts'
import { GROUP } from '../schemas/well-known.ts'
import { Certificates } from './certificates.ts'
import { Controller } from './controller.ts'
import type { Flags } from './flags.ts'
import type { KubeApi } from './kube/api.ts'
import type { Cluster } from './kube/connection/connect.ts'
import { countedSession } from './kube/connection/counted-session.ts'
import type { Session } from './kube/connection/session.ts'
import { Elector } from './kube/election/elector.ts'
import { Recorder } from './kube/events/events.ts'
import { kubeApi } from './kube/objects.ts'
import { createMetrics, type Metrics } from './metrics/metrics.ts'
import type { QueueObserver } from './queue/queue.ts'
import { confirmOver } from './routers/confirm.ts'
import { dialPod } from './routers/dial.ts'
import { clusterLookup } from './scaling/lookup.ts'
import { StorageMigration } from './storage/migration.ts'
import { askOver } from './vitals/asking.ts'
import { WebhookProbe } from './webhook-readiness.ts'

export interface Surroundings {
  readonly flags: Flags
  readonly cluster: Cluster
  readonly clock: Clock
  readonly log: Logger
  /** Name of this pod or machine. */
  readonly instance: string
}

/** The parts of the process, none of which has begun to work. */
export interface Parts {
  readonly controller: Controller
  readonly elector: Elector
  /** Undefined when somebody else issues the certificates, or nothing is to be registered. */
  readonly certificates: Certificates | undefined
  /** Undefined when there is no webhook. */
  readonly webhook: WebhookProbe | undefined
  /** Undefined where not every namespace is served. */
  readonly migration: StorageMigration | undefined
  readonly recorder: Recorder
  readonly metrics: Metrics
}

export function assemble(surroundings: Surroundings): Parts {
  const { flags, cluster, clock, log, instance } = surroundings
  const namespace = flags.namespace ?? cluster.namespace
  const metrics = createMetrics()
  const session = countedSession(cluster.session, metrics.request)
  const api = kubeApi(session)
  const reporter = { controller: `${GROUP}/operator`, instance }
  const recorder = new Recorder({
    api,
    reporter,
    clock,
    random: Math.random,
    onTrouble: reported(log, 'an event was not written'),
  })
  const webhook = webhookOf(surroundings, session, namespace)
  const controller = new Controller({
    session,
    api,
    clock,
    random: Math.random,
    recorder,
    log,
    observer: loggedBy(log, metrics.queue),
    operator: `${namespace}/${flags.name}`,
    namespaces: flags.watchNamespaces,
    concurrency: flags.concurrency,
    settings: renderSettingsOf(flags),
    inherit: flags.inherit,
    versions: versionsWith(flags.images),
    timeouts: { graceMs: flags.graceMs, confirmMs: flags.confirmMs, fillMs: flags.fillMs },
    issueCertificates: flags.issueCertificates,
    webhookClosed: () => webhook?.complaint,
    lookup: flags.confirmRouters ? clusterLookup() : undefined,
    confirm: flags.confirmRouters ? confirmOver(dialPod, clock) : undefined,
    ask: flags.confirmRouters ? askOver(dialPod, clock) : undefined,
  })
  const webhookClosed = () => webhook?.complaint
  const migration = new StorageMigration({ api, session, clock, log, webhookClosed })
  const elector = new Elector({
    api,
    lease: { namespace, name: flags.name },
    identity: `${instance}_${randomUUID()}`,
    clock,
    random: Math.random,
    onTrouble: reported(log, 'leader election'),
    onRewind: (rewind) => controller.rewind(rewind),
  })
  return {
    controller,
    elector,
    certificates: certificatesOf(surroundings, session, api, recorder, namespace),
    webhook,
    migration: flags.watchNamespaces === undefined ? migration : undefined,
    recorder,
    metrics,
  }
}

function certificatesOf(
  { flags, clock, log }: Surroundings,
  session: Session,
  api: KubeApi,
  recorder: Recorder,
  namespace: string,
): Certificates | undefined {
  const { name, clusterDomain, servingHost, webhookConfiguration, certificates } = flags
  if (certificates !== 'self' || webhookConfiguration === undefined) return undefined
  return new Certificates({
    api,
    session,
    clock,
    random: Math.random,
    log,
    recorder,
    namespace,
    name,
    clusterDomain,
    servingHost,
    webhookConfiguration,
  })
}

function webhookOf(
  { flags, clock, log }: Surroundings,
  session: Session,
  namespace: string,
): WebhookProbe | undefined {
  const { name, webhookConfiguration, watchNamespaces, servingHost } = flags
  if (webhookConfiguration === undefined) return undefined
  return new WebhookProbe({
    session,
    clock,
    log,
    configuration: webhookConfiguration,
    namespaces: watchNamespaces ?? [namespace],
    servers: [`${serverService(name)}.${namespace}.svc`, ...(servingHost === undefined ? [] : [servingHost])],
  })
}

function reported(log: Logger, what: string): (error: Error) => void {
  return (error) => log.warn({ error: error.message }, what)
}

/** An observer that also tells the log of passes that failed. */
function loggedBy(log: Logger, observer: QueueObserver): QueueObserver {
  return {
    ...observer,
    ended(mcrouter, outcome) {
      observer.ended?.(mcrouter, outcome)
      if (outcome.kind === 'retry')
        log.warn({ mcrouter, error: outcome.error.message }, 'reconcile failed; retrying')
      else log.debug({ mcrouter, outcome }, 'pass')
    },
  }
}
