import t from 'tap'
import { ApiError } from '../../../reconciler/kube/connection/errors.ts'
import { ObjectState } from '../../../reconciler/object-state.ts'
import type { ReconcilerEvent } from '../../../reconciler/reconciler-event.ts'
import { evictHung } from '../../../reconciler/vitals/evict.ts'
import { type Pulse, UNKNOWN } from '../../../reconciler/vitals/pulse.ts'
import { TestClock } from '../../support/clock.ts'
import { routerPods, serverPods } from '../pod.ts'
import { MCROUTER, passWith } from '../reconcile-context.ts'

const HUNG: Pulse = { ...UNKNOWN, state: 'silent', silences: 3 }
const WELL: Pulse = { ...UNKNOWN, state: 'answering', hasAnswered: true }
const MINUTE = 60_000

/** The routers that are evicted in a pass. */
async function evictedOf(
  pulses: Record<string, Pulse>,
  {
    state = new ObjectState(),
    clock = new TestClock(),
    overrides = {},
    error = undefined as Error | undefined,
  } = {},
) {
  const evicted: string[] = []
  const events: ReconcilerEvent[] = []
  const troubles: Error[] = []
  const pass = {
    ...passWith(
      {
        evict: async (_, { name }) => {
          if (error !== undefined) throw error
          evicted.push(name)
        },
      },
      events,
      MCROUTER,
      { state, clock },
    ),
    onTrouble: (trouble: Error) => void troubles.push(trouble),
  }
  const pods = [...serverPods(2), ...routerPods(2, overrides)]
  await evictHung(pass, pods, new Map(Object.entries(pulses)))
  return { evicted, events, troubles }
}

t.test('a router that hangs while another answers is evicted, and that is told', async (t) => {
  const { evicted, events } = await evictedOf({ 'r-0': WELL, 'r-1': HUNG })
  t.strictSame(evicted, ['r-1'])
  t.match(events, [{ type: 'Warning', reason: 'RouterEvicted', note: /^Router r-1 accepts connections/ }])
})

t.test('so is one that has answered before, even if none answers any more', async (t) => {
  t.strictSame((await evictedOf({ 'r-0': { ...HUNG, hasAnswered: true } })).evicted, ['r-0'])
})

t.test('none is where the way to it may be what is closed', async (t) => {
  t.strictSame((await evictedOf({ 'r-0': HUNG, 'r-1': HUNG })).evicted, [])
  t.strictSame((await evictedOf({ 'r-0': WELL, 'r-1': UNKNOWN })).evicted, [])
})

t.test(
  'nor before it was silent three times, by the word of a status alone, or when it goes anyway',
  async (t) => {
    t.strictSame((await evictedOf({ 'r-0': WELL, 'r-1': { ...HUNG, silences: 2 } })).evicted, [])
    t.strictSame((await evictedOf({ 'r-0': WELL, 'r-1': { ...HUNG, silences: 0 } })).evicted, [])
    const overrides = { deleting: true }
    t.strictSame((await evictedOf({ 'r-0': WELL, 'r-1': HUNG }, { overrides })).evicted, [])
  },
)

t.test('one that is out of connections is not: its clients would use up those of the next', async (t) => {
  t.strictSame((await evictedOf({ 'r-0': WELL, 'r-1': { ...HUNG, state: 'full' } })).evicted, [])
})

t.test('a server never is: that would empty it', async (t) => {
  const pulses = { 'r-0': WELL, 'cache-memcached-1': { ...HUNG, hasAnswered: true } }
  t.strictSame((await evictedOf(pulses)).evicted, [])
})

t.test('one in five minutes', async (t) => {
  const [clock, state] = [new TestClock(), new ObjectState()]
  const both = { 'r-0': { ...HUNG, hasAnswered: true }, 'r-1': { ...HUNG, hasAnswered: true } }
  const at = async (now: number) => {
    await clock.advance(now - clock.monotonic())
    return (await evictedOf(both, { clock, state })).evicted.length
  }
  t.strictSame([await at(0), await at(5 * MINUTE - 1), await at(5 * MINUTE)], [1, 0, 1])
})

t.test('what a disruption budget forbids is no failure of the pass', async (t) => {
  const error = new ApiError('budget', { status: 429, reason: 'TooManyRequests' })
  const { events, troubles } = await evictedOf({ 'r-0': WELL, 'r-1': HUNG }, { error })
  t.strictSame(events, [])
  t.strictSame(troubles, [error])
})
