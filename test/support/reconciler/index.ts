import { pino } from 'pino'
import { systemClock } from '../../../process/clock.ts'
import { Controller } from '../../../reconciler/controller.ts'
import type { KubeApi } from '../../../reconciler/kube/api.ts'
import { connect } from '../../../reconciler/kube/connection/connect.ts'
import { Recorder } from '../../../reconciler/kube/events/events.ts'
import { kubeApi } from '../../../reconciler/kube/objects.ts'
import type { AskRouters } from '../../../reconciler/routers/confirm.ts'
import type { Ask } from '../../../reconciler/vitals/vitals.ts'
import { type Render, render as renderAll } from '../../../render/index.ts'
import { KINDS, type Kinds } from '../../../render/kinds.ts'
import { INHERITS_NOTHING, type Inheritance } from '../../../schemas/inheritance.ts'
import type { ControlPlane } from '../../../testing/control-plane/index.ts'

export interface ReconcilerOptions {
  readonly namespace: string
  /** Which it serves as well. */
  readonly moreNamespaces?: readonly string[]
  /** Told of each pass, by namespace/name, when it has ended. */
  readonly onPass?: (key: string) => void
  /** By default routers are not asked. */
  readonly confirm?: AskRouters
  /** By default pods are not asked how they are. */
  readonly ask?: Ask
  /** Milliseconds; 1000 by default. */
  readonly graceMs?: number
  /** Milliseconds; 0 by default, which with no `confirm` takes everything for confirmed. */
  readonly confirmMs?: number
  /** Nothing by default. */
  readonly inherit?: Inheritance
  /** What it calls itself in the status. */
  readonly operator?: string
  /** What a Mcrouter expands to; the product's kinds and templates by default. */
  readonly kinds?: Kinds
  readonly render?: Render
  /** Told what is logged, as lines of JSON. */
  readonly onLog?: (line: string) => void
  /** Stands between the reconciler and the API server; its writes can be counted and cut off. */
  readonly through?: (api: KubeApi) => KubeApi
}

/** A reconciler inside this process, with the rights of a cluster admin and without an election. */
export interface InProcessReconciler {
  /** What went wrong without stopping it. */
  readonly troubles: readonly string[]
  /** Ends it: in an orderly way, or at once, as when the process is killed. */
  stop(how?: 'orderly' | 'at once'): Promise<void>
}

export async function startReconciler(
  { kubeconfig }: Pick<ControlPlane, 'kubeconfig'>,
  {
    namespace,
    moreNamespaces = [],
    onPass = () => undefined,
    confirm,
    ask,
    graceMs = 1_000,
    confirmMs = 0,
    inherit = INHERITS_NOTHING,
    operator = 'system/in-process',
    kinds = KINDS,
    render = renderAll,
    onLog = () => undefined,
    through = (api) => api,
  }: ReconcilerOptions,
): Promise<InProcessReconciler> {
  const clock = systemClock
  const cluster = await connect({
    kubeconfig,
    environment: {},
    clock,
    userAgent: 'mcrouter-operator/in-process',
  })
  const api = through(kubeApi(cluster.session))
  const troubles: string[] = []
  const onTrouble = (error: Error) => void troubles.push(error.message)
  const reporter = { controller: 'mcrouter.example.com/operator', instance: 'in-process' }
  const recorder = new Recorder({ api, reporter, clock, random: Math.random, onTrouble })
  const controller = new Controller({
    session: cluster.session,
    api,
    clock,
    random: Math.random,
    recorder,
    log: pino({ level: 'info' }, { write: onLog }),
    kinds,
    render,
    observer: {
      ended: (key, outcome) => {
        onPass(key)
        if (outcome.kind === 'retry') onTrouble(outcome.error)
      },
    },
    operator,
    inherit,
    namespaces: [namespace, ...moreNamespaces],
    concurrency: 4,
    settings: { clusterDomain: 'cluster.local' },
    timeouts: { graceMs, confirmMs, fillMs: 0 },
    confirm,
    ask,
    lookup: undefined,
    webhookClosed: () => undefined,
  })
  const [watching, stopping, killed] = [new AbortController(), new AbortController(), new AbortController()]
  const watches = controller.watch(watching.signal)
  await controller.synced()
  const led = controller.lead(stopping.signal, killed.signal)
  return {
    troubles,
    stop: async (how = 'orderly') => {
      if (how === 'at once') killed.abort()
      stopping.abort()
      await led
      if (how === 'orderly') await recorder.flush()
      watching.abort()
      await watches
      cluster.close()
    },
  }
}
