import t from 'tap'
import { registerGauges } from '../../../reconciler/metrics/gauges.ts'
import { createMetrics } from '../../../reconciler/metrics/metrics.ts'
import { registerStorage } from '../../../reconciler/metrics/storage.ts'
import { lint, skipWithout } from '../../monitoring/prometheus-tools.ts'
import { ofTheReconciler } from '../../monitoring/scraped.ts'

/** What promtool has against names of prom-client, which are as they are. */
const THEIRS = ['handles', 'requests', 'resources'].map(
  (what) => `nodejs_active_${what}_total non-counter metrics should not have "_total" suffix`,
)

/** All that a leader tells, with something counted everywhere. */
async function told(): Promise<string> {
  const { registry, queue, request } = createMetrics()
  queue.queued?.(1)
  queue.worked?.(1)
  queue.ended?.('shop/cache', { kind: 'done' })
  queue.ended?.('shop/cache', { kind: 'terminal', reason: 'the spec is not accepted' })
  request('GET', '200')
  registerGauges(registry, {
    queue: { depth: 1, adds: 1, retries: 1, unfinishedSeconds: 1, longestRunningSeconds: 1 },
    informers: new Map([['pods', { size: 1, silentMs: 1, reconnects: 1, relistRepairs: 1 }]]),
    lease: 'op',
    leads: () => true,
    events: { written: 1, dropped: 1, failed: 1 },
  })
  registerStorage(registry, () => ({ rewritten: 1, skipped: 1, failed: 1 }))
  return `${await registry.metrics()}${await ofTheReconciler()}`
}

t.test(
  'promtool finds nothing wrong with what the leader tells',
  { skip: skipWithout('promtool') },
  async (t) => {
    const text = await told()
    t.match(text, /^mcrouter_operator_mcrouter_keys_moved_ratio\{.*\} 0\.5$/m)
    t.strictSame((await lint(text)).toSorted(), THEIRS)
    t.match(await lint('broken{ 1\n'), /error/, 'it would say so')
  },
)
