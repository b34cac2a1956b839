import t from 'tap'
import {
  amended,
  REPORTED_CONDITIONS,
  type Reported,
  reportedOf,
} from '../../../reconciler/report/reported.ts'
import { statusOf } from '../../../reconciler/report/status.ts'
import { type Pulse, UNKNOWN } from '../../../reconciler/vitals/pulse.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { MAIN_POOL } from '../../../schemas/mcrouter.ts'
import { CONDITION_TYPES } from '../../../schemas/status/conditions.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { routerPods, serverPods } from '../pod.ts'
import { findingsWith } from '../reconcile-report.ts'

type Findings = ReturnType<typeof findingsWith>

function after(findings: Findings, before: JsonObject = {}, last?: Reported): Reported {
  return reportedOf(findings, statusOf(findings, before, 0), undefined, 0, last)
}

t.test('a Mcrouter with which all is well', async (t) => {
  t.strictSame(after(findingsWith()), {
    conditions: ['True', 'True', 'True', 'False', 'False', 'True'],
    serversReady: 2,
    serversWanted: 2,
    routersReady: 2,
    routersWanted: 2,
    routersAsked: 2,
    routersConfirmed: 2,
    routerThreads: 1,
    routerMemoryLimit: 256 * 1024 ** 2,
    degraded: [],
    scaleStep: undefined,
    certificateEnd: undefined,
    renewalDue: undefined,
    renewalLate: undefined,
    keysMoved: undefined,
  })
  t.ok(REPORTED_CONDITIONS.every((type) => CONDITION_TYPES.includes(type)))
})

t.test('what is missing, and what routers do not run', async (t) => {
  const confirmation = {
    states: [
      { pod: 'r-0', runs: 'published' },
      { pod: 'r-1', runs: 'old' },
    ],
    since: undefined,
  } as const
  const pods = [...serverPods(1), ...routerPods(1)]
  t.match(after(findingsWith({ pods }, { confirmation })), {
    serversReady: 1,
    serversWanted: 2,
    routersReady: 1,
    routersWanted: 2,
    routersAsked: 2,
    routersConfirmed: 1,
  })
  const unasked = after(findingsWith({}, { confirmation: undefined }))
  t.match({ ...unasked }, { routersAsked: undefined, routersConfirmed: undefined }, 'nobody asks routers')
})

t.test('servers of all pools count, but for those that others run', async (t) => {
  const [main] = mcrouterWith().pools
  const mcrouter = mcrouterWith({
    pools: [
      { ...main, name: 'users', shards: 3, copies: 2 },
      { ...main, name: 'old', external: [{ host: '10.8.0.4', port: 11211, tls: false }] },
    ],
  })
  t.equal(after(findingsWith({ admission: { kind: 'accepted', mcrouter } })).serversWanted, 2 + 6)
})

t.test('all that it is Degraded for, and only while it is', async (t) => {
  const faults = [
    { reason: 'OutOfMemory', message: 'killed' },
    { reason: 'ApplyFailed', message: 'one' },
    { reason: 'ApplyFailed', message: 'another' },
  ] as const
  const pods = [...serverPods(2), ...routerPods(2)]
  const pulses = new Map<string, Pulse>([
    ['r-0', { ...UNKNOWN, suspects: ['cache-memcached-0'] }],
    ['cache-memcached-0', { ...UNKNOWN, unusable: 'key values mismatch' }],
  ])
  const reasons = ['OutOfMemory', 'ApplyFailed', 'ServerSuspected', 'CertificateUnusable']
  const said = after(findingsWith({ faults, pods, pulses }))
  t.strictSame(said.degraded, reasons)
  t.strictSame(amended(said, [{ type: 'Degraded', status: 'False', reason: 'AsExpected' }]).degraded, [])
  const deleting = [{ type: 'Degraded', status: 'True', reason: 'Deleting' }]
  t.strictSame(amended(said, deleting).degraded, ['Deleting'], 'what is looked after no more tells one')
  const invalid = { kind: 'invalid', violations: [] } as const
  t.strictSame(after(findingsWith({ faults, admission: invalid })).degraded, ['NotAccepted'])
})

t.test('the certificates of its own pods, each moment by the one that has it first', async (t) => {
  const serving = (dueAt: number, notAfter: number): Pulse => ({
    ...UNKNOWN,
    certificate: { notAfter, dueAt, endsSoon: false },
  })
  const pods = [...serverPods(2), ...routerPods(1)]
  const [first = '', second = '', third = ''] = pods.map(({ metadata }) => metadata.name)
  // A long one that should have been renewed, and a short one with which all is well and that ends sooner.
  const pulses = new Map([
    [first, serving(1_000_500, 9_000_500)],
    [second, serving(1_900_000, 2_000_900)],
    [third, UNKNOWN],
    ['of-another', serving(1_000, 2_000)],
  ])
  t.match(after(findingsWith({ pods, pulses })), {
    certificateEnd: 2_000,
    renewalDue: 1_000,
    renewalLate: 1_950,
  })
})

t.test('routers without a memory limit have none', async (t) => {
  const mcrouter = mcrouterWith({ routers: { resources: { requests: {}, limits: {} } } })
  const { routerMemoryLimit } = after(findingsWith({ admission: { kind: 'accepted', mcrouter } }))
  t.equal(routerMemoryLimit, undefined)
})

t.test('a scale is told by its step', async (t) => {
  const growing = { wanted: 4, wait: { for: 'servers', ordinals: [2, 3] } } as const
  t.equal(after(findingsWith({}, growing)).scaleStep, 'Growing')
  const shrink = (overdue: boolean) =>
    ({ wanted: 1, wait: { for: 'confirmation', overdue, remainingMs: 0 } }) as const
  t.equal(after(findingsWith({}, shrink(false))).scaleStep, 'Shrinking')
  t.equal(after(findingsWith({}, shrink(true))).scaleStep, 'WaitingForRouters')
})

t.test(
  'the share of keys with another home since the routed servers changed, until they do again',
  async (t) => {
    const layout = (shards: number, copies: number) => new Map([[MAIN_POOL, { shards, copies }]])
    const findings = (shards: number, copies = 1) => findingsWith({}, { layouts: layout(shards, copies) })
    const from = (before: ReturnType<typeof layout> | undefined, now: Findings, last?: Reported) =>
      reportedOf(now, {}, before, 0, last).keysMoved
    t.equal(from(layout(2, 1), findings(4)), 0.5)
    t.equal(from(layout(4, 1), findings(3)), 0.25)
    t.equal(from(layout(1, 2), findings(1, 4)), 0.5)
    t.equal(from(undefined, findings(4)), undefined, 'the first pass over a new one')
    const grown = reportedOf(findings(4), {}, layout(2, 1), 0)
    t.equal(from(layout(4, 1), findings(4), grown), 0.5, 'the last scale stays')
    t.equal(from(layout(4, 1), findings(3), grown), 0.25)
  },
)

t.test('a spec that is not accepted leaves the counts, and one that is paused has its own', async (t) => {
  const well = after(findingsWith())
  const invalid = findingsWith({ admission: { kind: 'invalid', violations: [] } })
  const refused = { ...invalid, scale: undefined, pods: [] }
  t.match(after(refused, {}, well), { serversReady: 2, routersConfirmed: 2, conditions: ['False'] })
  t.match({ ...after(refused) }, { serversWanted: undefined, conditions: ['False'] }, 'nor is any made up')
  const paused = findingsWith({ admission: { kind: 'paused', mcrouter: mcrouterWith() } })
  const held = { ...paused, scale: undefined, pods: [...serverPods(1)] }
  t.match(after(held, {}, well), { serversReady: 1, serversWanted: 2, routersReady: 0, routersConfirmed: 2 })
})

t.test('conditions alone can change', async (t) => {
  const well = after(findingsWith())
  const said = amended(well, [{ type: 'Degraded', status: 'True' }])
  t.match(said, { serversReady: 2, conditions: ['', '', '', '', 'True', ''] })
  t.match(amended(undefined, 'none'), { conditions: ['', '', '', '', '', ''] })
})
