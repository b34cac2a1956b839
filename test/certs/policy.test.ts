import fc from 'fast-check'
import t from 'tap'
import { AUTHORITY_LIFE, CLOCK_ALLOWANCE, lifeFrom, renewalTime, SERVING_LIFE } from '../../certs/life.ts'
import { decide, type Leaf, type PkiState, PROPAGATION_TIME } from '../../certs/policy.ts'
import { effort } from '../../testing/effort.ts'
import { DAY, HOUR } from './installation.ts'

const NOW = Date.parse('2026-06-01T12:00:00Z')

const leaf = (made: number, rest: Partial<Leaf> = {}): Leaf => ({
  ...lifeFrom(made, SERVING_LIFE),
  signedBy: 'authority',
  named: true,
  ...rest,
})

const steady: PkiState = {
  authority: lifeFrom(NOW, AUTHORITY_LIFE),
  leaf: leaf(NOW),
  retired: false,
  stableMs: PROPAGATION_TIME,
}

/** With the CA before still in the bundle. */
const rotated: PkiState = { ...steady, retired: true, leaf: leaf(NOW, { signedBy: 'retired' }) }

const action = (state: PkiState, now: number) => decide(state, now).action
const { authority: _, ...withoutAuthority } = steady
const { leaf: __, ...withoutLeaf } = steady

t.test('nothing to do while all is in date', async (t) => {
  t.equal(action(steady, NOW), 'keep')
  t.equal(action(steady, NOW + 59 * DAY), 'keep')
})

t.test('the serving certificate', async (t) => {
  t.equal(action(steady, renewalTime(leaf(NOW))), 'renew', 'at two thirds of its life')
  t.equal(action(steady, NOW + 2 * SERVING_LIFE), 'renew', 'after a long sleep of the machine')
  t.equal(action(steady, NOW - CLOCK_ALLOWANCE + 1), 'keep', 'the clock set back by less than a day')
  t.equal(action(withoutLeaf, NOW), 'renew', 'the first one at once')
  t.equal(action({ ...steady, leaf: leaf(NOW, { named: false }) }, NOW), 'renew', 'for other names')
  const early = { ...steady, authority: lifeFrom(NOW - 2 * DAY, AUTHORITY_LIFE) }
  t.equal(action(early, NOW - CLOCK_ALLOWANCE - 1), 'renew', 'one that is not valid yet')
})

t.test('the CA', async (t) => {
  t.equal(action(withoutAuthority, NOW), 'rotate', 'the first one')
  t.equal(action(steady, renewalTime(lifeFrom(NOW, AUTHORITY_LIFE))), 'rotate', 'at two thirds of its life')
  t.equal(action(steady, NOW + 2 * AUTHORITY_LIFE), 'rotate', 'out of date')
  t.equal(action(steady, NOW - 2 * DAY), 'rotate', 'not valid yet: the clock was far ahead when it was made')
})

t.test('a new CA signs only once every API server knows it', async (t) => {
  t.equal(action({ ...rotated, stableMs: PROPAGATION_TIME - 1 }, NOW), 'keep')
  t.equal(action(rotated, NOW), 'renew')
  t.equal(action({ ...rotated, stableMs: 0 }, NOW + HOUR), 'keep', 'a jump of the wall clock is no waiting')
  t.equal(
    action({ ...withoutLeaf, retired: true, stableMs: 0 }, NOW),
    'keep',
    'servers may hold what is lost',
  )
})

t.test('a CA that has signed before does so without waiting', async (t) => {
  t.equal(action({ ...rotated, leaf: leaf(NOW), stableMs: 0 }, NOW + 61 * DAY), 'renew')
})

t.test(
  'the CA before is dropped once all that it signed has expired, and not by a jump of the clock alone',
  async (t) => {
    const late = NOW + SERVING_LIFE + 3 * CLOCK_ALLOWANCE
    const served = { ...rotated, leaf: leaf(late - DAY) }
    t.equal(action(served, late - 1), 'keep')
    t.equal(action(served, late), 'drop-old')
    t.equal(action({ ...served, stableMs: PROPAGATION_TIME - 1 }, late), 'keep')
    t.equal(
      action({ ...rotated, leaf: leaf(late - DAY, { signedBy: 'retired' }) }, late),
      'renew',
      'what it signed goes first',
    )
  },
)

const lives = (length: number) =>
  fc.integer({ min: -3 * length, max: 3 * length }).map((at) => lifeFrom(NOW + at, length))

const states: fc.Arbitrary<PkiState> = fc.record(
  {
    authority: lives(AUTHORITY_LIFE),
    leaf: fc
      .tuple(lives(SERVING_LIFE), fc.constantFrom('authority' as const, 'retired' as const), fc.boolean())
      .map(([life, signedBy, named]) => ({ ...life, signedBy, named })),
    retired: fc.boolean(),
    stableMs: fc.nat({ max: 2 * PROPAGATION_TIME }),
  },
  { requiredKeys: ['retired', 'stableMs'] },
)

t.test('doing what it says leads to rest: nothing is renewed or rotated twice', async () => {
  fc.assert(
    fc.property(states, fc.integer({ min: NOW - 30 * DAY, max: NOW + 30 * DAY }), (start, now) => {
      let state = { ...start, stableMs: PROPAGATION_TIME }
      for (let acts = 0; acts <= 4; acts += 1) {
        const decision = decide(state, now)
        if (decision.action === 'keep') return true
        state = after(state, decision.action, now)
      }
      return false
    }),
    effort(100),
  )
})

function after(state: PkiState, done: 'renew' | 'rotate' | 'drop-old', now: number): PkiState {
  if (done === 'drop-old') return { ...state, retired: false }
  if (done === 'renew') return { ...state, leaf: leaf(now) }
  const retired = state.authority !== undefined || state.retired
  const { leaf: before, ...rest } = state
  return {
    ...rest,
    ...(before && { leaf: { ...before, signedBy: 'retired' } }),
    authority: lifeFrom(now, AUTHORITY_LIFE),
    retired,
  }
}
