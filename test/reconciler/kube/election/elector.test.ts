import t from 'tap'
import { Elector } from '../../../../reconciler/kube/election/elector.ts'
import { kubeApi } from '../../../../reconciler/kube/objects.ts'
import { Election, LEASE } from '../../../support/api-model/election.ts'
import { ModelSession } from '../../../support/api-model/session.ts'
import { TestClock } from '../../../support/clock.ts'

const SECOND = 1_000

t.test('the first one creates the Lease and leads at once', async (t) => {
  const election = new Election()
  const one = election.candidate('one')
  await election.clock.advance(0)
  t.ok(one.leads)
  t.equal(one.elector.holder, 'one')
  t.same(election.spec, {
    holderIdentity: 'one',
    leaseDurationSeconds: 15,
    acquireTime: '2026-01-01T00:00:00.000000Z',
    renewTime: '2026-01-01T00:00:00.000000Z',
    leaseTransitions: 0,
  })
  await election.stop()
})

t.test('it renews every 2 s with one request, and the others only look, every 2 to 4.4 s', async (t) => {
  const election = new Election()
  const one = election.candidate('one')
  await election.clock.advance(0)
  const two = election.candidate('two', () => 0)
  const three = election.candidate('three', () => 0.999999)
  await election.clock.advance(0)
  const before = [one, two, three].map((each) => each.session.sent.length)
  await election.clock.advance(44 * SECOND)
  const requests = [one, two, three].map((each, index) => each.session.sent.length - (before[index] ?? 0))
  t.same(requests, [22, 22, 10])
  t.ok(one.session.sent.slice(2).every(({ method }) => method === 'PUT'))
  t.ok(two.session.sent.every(({ method }) => method === 'GET'))
  t.match(election.spec, {
    acquireTime: '2026-01-01T00:00:00.000000Z',
    renewTime: '2026-01-01T00:00:44.000000Z',
  })
  t.equal(two.elector.holder, 'one')
  t.equal(election.leaders, 1)
  await election.stop()
})

t.test('a leader that stops gives the lease back, and another leads within the next look', async (t) => {
  const election = new Election()
  const one = election.candidate('one')
  await election.clock.advance(0)
  const two = election.candidate('two')
  await election.clock.advance(10 * SECOND)
  one.stop()
  await election.clock.advance(20 * SECOND)
  t.ok(one.leads, 'as long as its work takes it renews')
  t.notOk(one.lost?.aborted)
  one.finish()
  await election.clock.advance(0)
  t.equal(one.end, 'released')
  t.match(election.spec, { holderIdentity: '', leaseDurationSeconds: 1, leaseTransitions: 0 })
  await election.clock.until('the other leads', () => two.leads, 4.4 * SECOND)
  t.match(election.spec, { holderIdentity: 'two', leaseDurationSeconds: 15, leaseTransitions: 1 })
  await election.stop()
})

t.test('a leader that is killed is followed when its lease has not changed for 15 s', async (t) => {
  const election = new Election()
  const one = election.candidate('one')
  await election.clock.advance(0)
  const two = election.candidate('two', () => 0)
  await election.clock.advance(2 * SECOND)
  one.session.fault = () => ({ kind: 'silent' })
  await election.clock.advance(14 * SECOND)
  t.notOk(two.leads)
  await election.clock.until('the other leads', () => two.leads, 5 * SECOND)
  await election.stop()
})

t.test(
  'a leader that cannot renew steps down 10 s after its last renewal was sent, before another may lead',
  async (t) => {
    for (const kind of ['reset', 'silent'] as const) {
      const election = new Election()
      const one = election.candidate('one')
      await election.clock.advance(0)
      const two = election.candidate('two', () => 0)
      await election.clock.advance(2 * SECOND)
      const { lost } = one
      one.session.fault = () => ({ kind })
      await election.clock.advance(9_999)
      t.equal(lost?.aborted, false)
      await election.clock.advance(1)
      t.equal(lost?.aborted, true)
      t.match(lost?.reason, { message: 'the lease could not be renewed for 10 s' })
      t.equal(one.end, 'lost')
      t.notOk(two.leads)
      await election.clock.until('the other leads', () => two.leads, 10 * SECOND)
      t.match(one.troubles.at(-1), { message: 'the lease could not be renewed for 10 s' }, 'and says why')
      await election.stop()
    }
  },
)

t.test('a leader whose renewals are only slow steps down as well, and says why', async (t) => {
  const election = new Election()
  const one = election.candidate('one')
  await election.clock.advance(0)
  // Each is sent 2 s after the answer to the one before: the third is not there 10 s after the second was sent.
  one.session.fault = () => ({ kind: 'late', ms: 4_900 })
  await election.clock.advance(11_999)
  t.ok(one.leads)
  t.same(one.troubles, [], 'none has failed')
  await election.clock.advance(1)
  t.equal(one.end, 'lost')
  t.match(one.troubles, [{ message: 'the lease could not be renewed for 10 s' }])
  await election.stop()
})

t.test('a renewal that fails once or twice is made up for', async (t) => {
  const election = new Election()
  const one = election.candidate('one')
  await election.clock.advance(0)
  let faults = 0
  one.session.fault = () => (faults++ % 3 === 0 ? { kind: 'silent' } : undefined)
  await election.clock.advance(120 * SECOND)
  t.ok(one.leads)
  t.match(one.troubles[0], { reason: 'Aborted' })
  await election.stop()
})

t.test('a renewal that was carried out without an answer is no loss', async (t) => {
  const election = new Election()
  const one = election.candidate('one')
  await election.clock.advance(0)
  let faults = 0
  one.session.fault = ({ method }) =>
    method === 'PUT' && faults++ === 0 ? { kind: 'unanswered' } : undefined
  await election.clock.advance(20 * SECOND)
  t.ok(one.leads)
  t.equal(election.spec.leaseTransitions, 0)
  await election.stop()
})

t.test('of two that try at the same moment one leads: the 409 decides', async (t) => {
  const election = new Election()
  const one = election.candidate('one')
  const two = election.candidate('two')
  await election.clock.advance(0)
  t.equal(election.leaders, 1)
  one.session.fault = two.session.fault = () => ({ kind: 'reset' })
  await election.clock.advance(20 * SECOND)
  t.equal(election.leaders, 0)
  const three = election.candidate('three')
  const four = election.candidate('four')
  await election.clock.advance(20 * SECOND)
  t.equal([three, four].filter((each) => each.leads).length, 1)
  t.same([...three.troubles, ...four.troubles], [], 'a lost race is no trouble')
  await election.stop()
})

t.test('the clock of the other machine does not matter, nor ours when it jumps', async (t) => {
  const election = new Election()
  const one = election.candidate('one')
  await election.clock.advance(0)
  const two = election.candidate('two', () => 0)
  for (const jump of [-86_400_000, 86_400_000, 3 * 86_400_000]) {
    election.clock.setWallClock(jump)
    await election.clock.advance(20 * SECOND)
    t.ok(one.leads)
    t.notOk(two.leads)
  }
  await election.stop()
})

t.test(
  'a Lease that somebody annotates is still held; one that somebody takes is lost at once',
  async (t) => {
    const election = new Election()
    const one = election.candidate('one')
    await election.clock.advance(2 * SECOND)
    election.meddle({ metadata: { namespace: LEASE.namespace, annotations: { note: 'x' } } })
    await election.clock.advance(2 * SECOND)
    t.ok(one.leads)
    election.meddle({ spec: { ...election.spec, holderIdentity: 'somebody' } })
    await election.clock.advance(2 * SECOND)
    t.equal(one.end, 'lost')
    t.match(one.troubles, [{ message: 'somebody leads now' }])
    t.equal(election.spec.holderIdentity, 'somebody', 'and not given back')
    await election.stop()
  },
)

t.test('a Lease that somebody deletes is made again by who leads', async (t) => {
  const election = new Election()
  const one = election.candidate('one')
  await election.clock.advance(2 * SECOND)
  election.model.remove(election.model.paths()[0] ?? '')
  await election.clock.advance(2 * SECOND)
  t.ok(one.leads)
  t.equal(election.spec.holderIdentity, 'one')
  await election.stop()
})

t.test(
  'a process frozen past its lease is told as it wakes, and takes nothing from who leads by then',
  async (t) => {
    const election = new Election()
    const frozen = new TestClock()
    const one = election.candidate('one', () => 0.5, frozen)
    await frozen.advance(0)
    const two = election.candidate('two', () => 0)
    await election.clock.until('the other leads', () => two.leads, 20 * SECOND)
    const { lost } = one
    t.equal(lost?.aborted, false, 'nobody could tell it')
    await frozen.wakeAfter(20 * SECOND)
    t.equal(lost?.aborted, true)
    t.equal(one.end, 'lost')
    t.equal(election.spec.holderIdentity, 'two')
    await election.stop()
  },
)

t.test('stopped while waiting, it leaves without a trace', async (t) => {
  const election = new Election()
  election.candidate('one')
  await election.clock.advance(0)
  const two = election.candidate('two')
  await election.clock.advance(SECOND)
  const version = election.model.version
  two.stop()
  await election.clock.advance(0)
  t.equal(two.end, 'stopped')
  t.equal(election.model.version, version)
  await election.stop()
})

t.test('stopped while it is just taking the lease, it gives it back', async (t) => {
  const election = new Election()
  const one = election.candidate('one')
  one.stop()
  await election.clock.advance(0)
  t.equal(one.end, 'stopped')
  t.equal(election.spec.holderIdentity, '')
  t.equal(one.lost, undefined, 'and never worked')
  await election.stop()
})

t.test('work that fails: the lease is given back, and the failure goes to the caller', async (t) => {
  const election = new Election()
  const session = new ModelSession(election.model, election.clock)
  const { clock } = election
  const elector = new Elector({
    api: kubeApi(session),
    lease: LEASE,
    identity: 'one',
    clock,
    random: () => 0.5,
    onTrouble: () => undefined,
  })
  await t.rejects(
    elector.run(() => Promise.reject(new Error('bug')), new AbortController().signal),
    { message: 'bug' },
  )
  t.equal(election.spec.holderIdentity, '')
  t.equal(clock.pending, 0)
})

t.test('an etcd restored from a backup: leader and standby see it in the lease within seconds', async (t) => {
  const election = new Election()
  const leader = election.candidate('one')
  await election.clock.advance(0)
  const standby = election.candidate('two')
  await election.clock.advance(10 * SECOND)
  const restore = election.model.backup()
  await election.clock.advance(60 * SECOND)
  t.same([leader.rewinds, standby.rewinds], [[], []])
  restore()
  await election.clock.advance(5 * SECOND)
  t.match([leader.rewinds, standby.rewinds], [[{ to: '1006' }], [{}]])
  t.ok(leader.leads)
  await election.stop()
})
