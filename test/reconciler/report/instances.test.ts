import t from 'tap'
import { reasonIn, statusOf } from '../../../reconciler/report/status.ts'
import { type Pulse, UNKNOWN } from '../../../reconciler/vitals/pulse.ts'
import { pulsesIn } from '../../../reconciler/vitals/recorded.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import type { Topology } from '../../../schemas/mcrouter.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { routerPods, serverPods } from '../pod.ts'
import { findingsWith } from '../reconcile-report.ts'

const NOW = Date.UTC(2026, 0, 31, 12)
const COMPLETE = { conditions: [{ type: 'Progressing', status: 'False', reason: 'Complete' }] }
const WELL: Pulse = { ...UNKNOWN, state: 'answering' }
const SILENT: Pulse = { ...UNKNOWN, state: 'silent', silences: 2 }
const SUSPECTING: Pulse = { ...WELL, suspects: ['cache-memcached-1'] }
const ALL_WELL = { 'cache-memcached-0': WELL, 'cache-memcached-1': WELL, 'r-0': WELL, 'r-1': WELL }

function statusWith(pulses: Record<string, Pulse>, topology: Topology = 'sharded'): JsonObject {
  const admission = { kind: 'accepted' as const, mcrouter: mcrouterWith({ topology }) }
  const findings = findingsWith({ admission, pulses: new Map(Object.entries({ ...ALL_WELL, ...pulses })) })
  return statusOf(findings, COMPLETE, NOW)
}

const reasons = (status: JsonObject) =>
  ['Available', 'Degraded', 'Ready'].map((type) => reasonIn(status, type))

t.test('pods that answer are what they seem', async (t) => {
  t.strictSame(reasons(statusWith({})), ['Serving', 'AsExpected', 'Serving'])
  t.strictSame(
    reasons(statusWith({ 'r-0': UNKNOWN, 'cache-memcached-0': UNKNOWN })),
    ['Serving', 'AsExpected', 'Serving'],
    'what cannot be asked is not accused',
  )
})

t.test('a server that hangs takes its keys away', async (t) => {
  const hung = { 'cache-memcached-1': SILENT }
  const status = statusWith(hung)
  t.strictSame(reasons(status), ['ServersNotAnswering', 'ServerNotAnswering', 'ServerNotAnswering'])
  t.match(
    JSON.stringify(status),
    '"cache-memcached-1 accepts connections and does not answer: look at its node',
  )
  t.match(status.instances, {
    servers: [{ name: 'cache-memcached-1', state: 'Silent' }, { state: 'Answering' }],
  })
  t.strictSame(reasons(statusWith(hung, 'replicated')).slice(0, 2), ['Serving', 'ServerNotAnswering'])
})

t.test('so does one that a router holds for dead', async (t) => {
  const status = statusWith({ 'r-0': SUSPECTING })
  t.strictSame(reasons(status), ['ServersNotAnswering', 'ServerSuspected', 'ServerSuspected'])
  t.match(JSON.stringify(status), '"cache-memcached-1 is held for dead by r-0"')
  t.match(status.instances, {
    servers: [{ name: 'cache-memcached-1', suspectedBy: 1 }],
    routers: [{ name: 'r-0', state: 'Answering', suspects: ['cache-memcached-1'] }, { name: 'r-1' }],
  })
})

t.test('a router that hangs is named, and all of them are no router at all', async (t) => {
  t.strictSame(reasons(statusWith({ 'r-1': SILENT })), [
    'Serving',
    'RouterNotAnswering',
    'RouterNotAnswering',
  ])
  t.strictSame(reasons(statusWith({ 'r-0': SILENT, 'r-1': SILENT })).slice(0, 2), [
    'RoutersNotAnswering',
    'RouterNotAnswering',
  ])
})

t.test('connections that are exhausted are said, and the routers still have theirs', async (t) => {
  const connections = { refused: 3, exhausted: true }
  for (const pulse of [
    { ...WELL, connections },
    { ...UNKNOWN, state: 'full' as const },
  ]) {
    const status = statusWith({ 'cache-memcached-0': pulse })
    t.strictSame(reasons(status).slice(0, 2), ['Serving', 'ConnectionsExhausted'])
    t.match(status.instances, { servers: [{ name: 'cache-memcached-0', state: 'Full' }] })
  }
})

t.test('a router that is out of connections is said to be that, and not to hang', async (t) => {
  const full = { ...WELL, state: 'full' as const, connections: { refused: 0, most: 1_000, exhausted: true } }
  const status = statusWith({ 'r-0': full })
  t.strictSame(reasons(status).slice(0, 2), ['Serving', 'RouterConnectionsExhausted'])
  t.match(JSON.stringify(status), 'r-0 takes no more clients and serves those that it has')
  t.match(status.instances, { routers: [{ name: 'r-0', state: 'Full' }, { name: 'r-1' }] })
  t.match(pulsesIn(status).get('r-0'), { state: 'full' })
  const soon = statusWith({ 'r-0': { ...WELL, connections: { refused: 0, exhausted: true } } })
  t.equal(reasonIn(soon, 'Degraded'), 'RouterConnectionsExhausted')
  t.match(JSON.stringify(soon), 'r-0 has few connections left for clients')
})

t.test(
  'routers of another release than the spec says are Degraded, and Ready, until they are not',
  async (t) => {
    const current = { ...WELL, version: '2026.08.17.00 mcrouter' }
    const status = statusWith({ 'r-0': current, 'r-1': current })
    t.strictSame(reasons(status), ['Serving', 'ReleaseDiffers', 'Serving'])
    t.match(
      JSON.stringify(status),
      /r-0 is mcrouter 2026.*set mcrouter_release to \\"current\\" \(the same of r-1\)/,
    )
    t.match(status.instances, { routers: [{ version: '2026.08.17.00 mcrouter' }, {}] })
    t.match(pulsesIn(status).get('r-1'), { version: '2026.08.17.00 mcrouter' })
    const fitting = { ...WELL, version: '37.0.0 mcrouter' }
    t.strictSame(reasons(statusWith({ 'r-0': fitting, 'r-1': fitting })), [
      'Serving',
      'AsExpected',
      'Serving',
    ])
    const worse = statusWith({ 'r-0': current, 'cache-memcached-0': SILENT }, 'replicated')
    t.strictSame(
      reasons(worse),
      ['Serving', 'ServerNotAnswering', 'ServerNotAnswering'],
      'what is worse comes first',
    )
  },
)

t.test('of many, those with which something is wrong are listed first, and twenty at most', async (t) => {
  const pods = [...serverPods(1000), ...routerPods(100)]
  const pulses = new Map(pods.map(({ metadata }) => [metadata.name, WELL]))
  pulses.set('cache-memcached-900', SILENT)
  const { instances } = statusOf(findingsWith({ pods, pulses }), COMPLETE, NOW)
  t.match(instances, { servers: [{ name: 'cache-memcached-900' }, { name: 'cache-memcached-0' }] })
  const { servers, routers } = Object(instances)
  t.strictSame([servers.length, routers.length], [20, 20])
})

t.test('who does not ask says nothing of it', async (t) => {
  t.notOk('instances' in statusOf(findingsWith(), COMPLETE, NOW))
})

t.test('what a status says can be read back', async (t) => {
  const pulses = pulsesIn(statusWith({ 'r-0': SUSPECTING, 'cache-memcached-0': SILENT }))
  t.match(pulses.get('r-0'), { state: 'answering', suspects: ['cache-memcached-1'], hasAnswered: false })
  t.match(pulses.get('cache-memcached-0'), { state: 'silent', silences: 0 })
  t.equal(pulsesIn({}).size, 0)
})
