import { Registry } from 'prom-client'
import t from 'tap'
import { type Gauged, registerGauges } from '../../../reconciler/metrics/gauges.ts'

const GAUGED: Gauged = {
  queue: { depth: 2, adds: 7, retries: 1, unfinishedSeconds: 0.5, longestRunningSeconds: 0.25 },
  informers: new Map([['pods', { size: 9, silentMs: 1500, reconnects: 3, relistRepairs: 0 }]]),
  lease: 'op',
  leads: () => true,
  events: { written: 4, dropped: 0, failed: 1 },
}

async function scraped(): Promise<string> {
  const registry = new Registry()
  registerGauges(registry, GAUGED)
  return registry.metrics()
}

t.test('each scrape reads what is so at that moment', async (t) => {
  const registry = new Registry()
  let depth = 0
  const queue = {
    ...GAUGED.queue,
    get depth() {
      return depth
    },
  }
  registerGauges(registry, { ...GAUGED, queue })
  for (depth of [3, 5]) {
    t.match(await registry.metrics(), `workqueue_depth{name="mcrouter",controller="mcrouter"} ${depth}\n`)
  }
})

t.test('who leads, what is watched and what became of events', async (t) => {
  const text = await scraped()
  for (const line of [
    'leader_election_master_status{name="op"} 1',
    'mcrouter_operator_cache_objects{resource="pods"} 9',
    'mcrouter_operator_watch_last_event_age_seconds{resource="pods"} 1.5',
    'mcrouter_operator_watch_reconnects_total{resource="pods"} 3',
    'mcrouter_operator_events_total{result="failed"} 1',
  ]) {
    t.match(text, `${line}\n`)
  }
})
