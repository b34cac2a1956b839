import t from 'tap'
import { createMetrics } from '../../../reconciler/metrics/metrics.ts'
import type { Outcome } from '../../../reconciler/outcome.ts'

const error = new Error('no answer')

t.test('how passes end is counted under the names of controller-runtime', async (t) => {
  const { registry, queue } = createMetrics()
  const outcomes: readonly Outcome[] = [
    { kind: 'done' },
    { kind: 'requeue', afterMs: 1 },
    { kind: 'retry', error },
    { kind: 'retry', error, timedOut: true },
    { kind: 'terminal', reason: 'the spec is not accepted' },
  ]
  for (const outcome of outcomes) queue.ended?.('shop/cache', outcome)
  const text = await registry.metrics()
  for (const [name, labels, count] of [
    ['reconcile_total', '{controller="mcrouter",result="success"}', 1],
    ['reconcile_total', '{controller="mcrouter",result="requeue_after"}', 1],
    ['reconcile_total', '{controller="mcrouter",result="error"}', 3],
    ['reconcile_errors_total', '{controller="mcrouter"}', 3],
    ['reconcile_timeouts_total', '{controller="mcrouter"}', 1],
    ['terminal_reconcile_errors_total', '{controller="mcrouter"}', 1],
  ])
    t.match(text, `controller_runtime_${name}${labels} ${count}\n`)
})
