import t from 'tap'
import { faults, late, type Outcome, undisturbed } from '../../../bench/soak/outcome.ts'
import { reportOf } from '../../../bench/soak/report.ts'

const GOOD: Outcome = {
  machine: {
    at: '2026-03-02T10:00:00.000Z',
    processors: '2 × x',
    memoryGiB: 8,
    kernel: '6',
    node: 'v24',
    load: 1,
  },
  seed: 7,
  mcrouters: 300,
  minutes: 60.2,
  interrupted: undefined,
  counts: [{ kind: 'change', ending: 'done', inOutage: false, count: 3 }],
  arrivals: [
    { mcrouter: 'a/cache-0', cause: 'stored', from: 0, until: 1_200, waitedMs: 1_000 },
    { mcrouter: 'a/cache-0', cause: 'stored', from: 50_500, until: 90_000, waitedMs: 0 },
  ],
  outages: [{ what: 'leader, SIGKILL', from: 50_000, until: 66_000 }],
  checkpoints: 7,
  compared: 14_700,
  boundMs: 10_000,
  lost: [],
  wrong: [],
  failed: [],
  ended: [],
  certificates: new Map([['mcrouter-operator-ca', 5]]),
  writers: { writes: 1_000, changes: 2, leaseTransitions: 2 },
  samples: [0, 1, 2, 3].map((at) => ({
    part: 'server',
    pid: 1,
    at: at * 60_000,
    mebibytes: 100 + at,
    heapMebibytes: 20,
    descriptors: 30,
  })),
  loads: [1, 2, 7],
}

t.test('what an outage overlaps is not late', async (t) => {
  t.equal(undisturbed(GOOD).length, 1)
  t.strictSame(late(GOOD), [])
  t.strictSame(faults(GOOD), [])
  t.equal(late({ ...GOOD, outages: [] }).length, 1)
})

t.test('anything that must not be is a fault', async (t) => {
  for (const [spoilt, fault] of [
    [{ interrupted: 'by SIGTERM' }, /^interrupted: by SIGTERM$/],
    [{ lost: ['x'] }, /^lost: x$/],
    [{ wrong: ['x'] }, /^wrong: x$/],
    [{ failed: ['x'] }, /^failed: x$/],
    [{ ended: ['server: x'] }, /^ended by itself: server: x$/],
    [{ outages: [] }, /^late: a\/cache-0, stored, 39500 ms, at 51 s$/],
    [{ writers: { writes: 9, changes: 3, leaseTransitions: 2 } }, /^writers changed 3 times/],
    [{ writers: undefined }, /^the audit log was not read/],
  ] as const) {
    const outcome = { ...GOOD, ...spoilt }
    t.equal(faults(outcome).length, 1)
    t.match(faults(outcome)[0], fault)
    if (!('writers' in spoilt)) t.match(reportOf(outcome).markdown, `\n* ${faults(outcome)[0]}`)
  }
})

t.test('of all that was late, the report names the five latest', async (t) => {
  const arrivals = [11, 17, 12, 13, 16, 14, 15].map((seconds) => ({
    mcrouter: 'a/cache-0',
    cause: 'stored' as const,
    from: 0,
    until: seconds * 1_000,
    waitedMs: 0,
  }))
  const { markdown } = reportOf({ ...GOOD, arrivals, outages: [] })
  t.match(markdown, '| late: more than 10 s, with every component up | 7 | 7 arrivals |')
  t.match(markdown, '* late: a/cache-0, stored, 17000 ms, at 0 s\n* late: a/cache-0, stored, 16000 ms')
  t.match(markdown, '13000 ms, at 0 s\n* and 2 more that were late\n')
  t.notMatch(markdown, '12000 ms, at 0 s')
})

t.test(
  'the report has everything that was counted, and no list where there is nothing to list',
  async (t) => {
    const { title, markdown } = reportOf(GOOD)
    t.equal(title, 'Soak: 60 minutes with 300 Mcrouters')
    t.match(markdown, '| lost: objects missing, or left over from a deleted Mcrouter | 0 | 7 checkpoints |')
    t.match(markdown, '| late: more than 10 s, with every component up | 0 | 1 arrivals |')
    t.match(markdown, '| change | done | no | 3 |')
    t.match(markdown, '| Mcrouter stored | no | 1 | 200 ms | 200 ms | 200 ms |')
    t.match(markdown, '| Mcrouter stored | yes | 1 | 39500 ms | 39500 ms | 39500 ms |')
    t.match(markdown, 'Restarted on purpose: leader, SIGKILL.')
    t.match(markdown, '1,000 writes; the writer changed 2 times, the lease 2 times')
    t.match(markdown, '| server | 3 min | 100 → 103 MiB | 103 MiB | 20 → 20 MiB | 30 → 30 |')
    t.match(markdown, 'line [100, 101, 102, 103]')
    t.match(markdown, ', Node v24, load 2.0 at the median, 7.0 at most.')
    t.notMatch(markdown, /^\* /m)
  },
)
