import t from 'tap'
import {
  confirmed,
  leavingRouters,
  needsAsking,
  readableSince,
  runningRouters,
  servingRouters,
} from '../../../reconciler/routers/confirmation.ts'
import { podWith } from '../pod.ts'

const NOW = Date.UTC(2026, 0, 31, 12)
const published = { digest: 'new', at: NOW - 60_000 }
const router = podWith({ name: 'r-1', component: 'mcrouter', startedAt: NOW - 3_600_000 })

t.test(
  'routers that get new clients are those that are Ready; old clients may be on any that runs',
  async (t) => {
    const pods = [
      router,
      podWith({ name: 'r-2', component: 'mcrouter', ready: false }),
      podWith({ name: 'r-5', component: 'mcrouter', ready: false, running: false }),
      podWith({ name: 'r-3', component: 'mcrouter', deleting: true }),
      podWith({ name: 'r-4', component: 'mcrouter', ip: '' }),
      podWith({ name: 'm-0', component: 'memcached' }),
    ]
    t.strictSame(servingRouters(pods), [{ pod: 'r-1', host: router.ip, port: 5000, tls: false }])
    t.strictSame(
      runningRouters(pods).map(({ pod }) => pod),
      ['r-1', 'r-2'],
    )
  },
)

t.test('a confirmation that is recorded is enough until something happens', async (t) => {
  const recorded = { digest: 'new', since: NOW - 1_000 }
  t.equal(needsAsking(recorded, 'new', [router], false), false)
  t.equal(needsAsking(recorded, 'newer', [router], false), true, 'another configuration')
  t.equal(needsAsking(recorded, 'new', [router], true), true, 'servers are about to go')
  t.equal(
    needsAsking({ digest: 'new', since: undefined }, 'new', [router], false),
    true,
    'not all had confirmed',
  )
  t.equal(needsAsking(undefined, 'new', [router], false), true)
  const started = podWith({ name: 'r-2', component: 'mcrouter', startedAt: NOW - 1_000 })
  t.equal(needsAsking(recorded, 'new', [router, started], false), true, 'a router started since')
  const back = podWith({ name: 'r-2', component: 'mcrouter', turnedAt: NOW - 1_000 })
  t.equal(needsAsking(recorded, 'new', [router, back], false), true, 'a router was not Ready then')
  t.equal(needsAsking(recorded, 'new', [router, { ...back, ready: false }], false), false, 'nor is it now')
})

t.test('all routers have to run it', async (t) => {
  const states = [
    { pod: 'r-1', runs: 'published' as const },
    { pod: 'r-2', runs: 'old' as const },
  ]
  t.equal(confirmed(states, undefined, published, [router], NOW).since, undefined)
  t.equal(confirmed(states.slice(0, 1), undefined, published, [router], NOW).since, NOW)
})

t.test('the time of a confirmation stays until the configuration or a router is another', async (t) => {
  const states = [{ pod: 'r-1', runs: 'published' as const }]
  const since = NOW - 30_000
  t.equal(confirmed(states, { digest: 'new', since }, published, [router], NOW).since, since)
  t.equal(confirmed(states, { digest: 'old', since }, published, [router], NOW).since, NOW)
  const started = podWith({ name: 'r-1', component: 'mcrouter', startedAt: since })
  t.equal(confirmed(states, { digest: 'new', since }, published, [started], NOW).since, NOW)
  const back = podWith({ name: 'r-1', component: 'mcrouter', turnedAt: since })
  t.equal(confirmed(states, { digest: 'new', since }, published, [back], NOW).since, NOW)
})

t.test('where no router runs, none can hold an old configuration; one that is not Ready can', async (t) => {
  t.equal(confirmed([], undefined, published, [], NOW).since, published.at)
  const pending = podWith({ component: 'mcrouter', ready: false, running: false })
  t.equal(confirmed([], undefined, published, [pending], NOW).since, published.at)
  const unready = podWith({ component: 'mcrouter', ready: false })
  t.equal(confirmed([], undefined, published, [unready], NOW).since, undefined)
})

t.test('a router that has just started is given the time that all are given', async (t) => {
  const started = NOW - 10_000
  const pods = [router, podWith({ name: 'r-2', component: 'mcrouter', startedAt: started })]
  const states = (runs: 'old' | 'published') => ({ states: [{ pod: 'r-2', runs }] })
  t.equal(readableSince(published.at, states('old'), pods), started)
  t.equal(readableSince(published.at, states('published'), pods), published.at, 'nobody waits for it')
  t.equal(readableSince(published.at, { states: [{ pod: 'r-1', runs: 'old' }] }, pods), published.at)
})

t.test('a router that is leaving may have clients as long as it runs', async (t) => {
  const leaving = podWith({ name: 'r-2', component: 'mcrouter', deleting: true })
  const gone = podWith({ name: 'r-3', component: 'mcrouter', deleting: true, running: false })
  t.strictSame(leavingRouters([router, leaving, gone, podWith({ deleting: true })]), ['r-2'])
})
