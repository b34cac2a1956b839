import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import type { Outcome } from '../outcome.ts'
import type { QueueObserver } from '../queue/queue.ts'

export interface Metrics {
  readonly registry: Registry
  readonly queue: QueueObserver
  readonly request: (method: string, code: string) => void
}

/** Value of the labels `controller` and `name` of the metrics that controller-runtime and its work queue have. */
export const CONTROLLER = 'mcrouter'
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** Names and labels are controller-runtime's and client-go's where they have them, so that dashboards and alerts fit. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const reconciles = new Counter({
    name: 'controller_runtime_reconcile_total',
    help: 'Total number of reconciliations per controller',
    labelNames: ['controller', 'result'],
    registers,
  })
  const errors = new Counter({
    name: 'controller_runtime_reconcile_errors_total',
    help: 'Total number of reconciliation errors per controller',
    labelNames: ['controller'],
    registers,
  })
  const terminal = new Counter({
    name: 'controller_runtime_terminal_reconcile_errors_total',
    help: 'Total number of terminal reconciliation errors per controller',
    labelNames: ['controller'],
    registers,
  })
  const timeouts = new Counter({
    name: 'controller_runtime_reconcile_timeouts_total',
    help: 'Total number of reconciliation timeouts per controller',
    labelNames: ['controller'],
    registers,
  })
  const seconds = new Histogram({
    name: 'controller_runtime_reconcile_time_seconds',
    help: 'Length of time per reconciliation per controller',
    labelNames: ['controller'],
    buckets: BUCKETS,
    registers,
  })
  const waited = new Histogram({
    name: 'workqueue_queue_duration_seconds',
    help: 'How long in seconds an item stays in workqueue before being requested',
    labelNames: ['name', 'controller'],
    buckets: BUCKETS,
    registers,
  })
  const worked = new Histogram({
    name: 'workqueue_work_duration_seconds',
    help: 'How long in seconds processing an item from workqueue takes',
    labelNames: ['name', 'controller'],
    buckets: BUCKETS,
    registers,
  })
  const requests = new Counter({
    name: 'rest_client_requests_total',
    help: 'Number of HTTP requests, partitioned by status code and method',
    labelNames: ['code', 'method'],
    registers,
  })
  const queueLabels = { name: CONTROLLER, controller: CONTROLLER }
  return {
    registry,
    request: (method, code) => requests.inc({ method, code }),
    queue: {
      queued: (value) => waited.observe(queueLabels, value),
      worked(value) {
        worked.observe(queueLabels, value)
        seconds.observe({ controller: CONTROLLER }, value)
      },
      ended(_key, outcome) {
        reconciles.inc({ controller: CONTROLLER, result: resultOf(outcome) })
        if (outcome.kind === 'retry' || outcome.kind === 'terminal') errors.inc({ controller: CONTROLLER })
        if (outcome.kind === 'retry' && outcome.timedOut) timeouts.inc({ controller: CONTROLLER })
        if (outcome.kind === 'terminal') terminal.inc({ controller: CONTROLLER })
      },
    },
  }
}

function resultOf(outcome: Outcome): string {
  if (outcome.kind === 'done') return 'success'
  return outcome.kind === 'requeue' ? 'requeue_after' : 'error'
}
