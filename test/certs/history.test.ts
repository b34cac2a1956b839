import { deepEqual } from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { issueAuthority } from '../../certs/authority.ts'
import { PROPAGATION_TIME } from '../../certs/policy.ts'
import { effort } from '../../testing/effort.ts'
import { AUTHORITY_SECRET, DAY, HOUR, Installation, MINUTE, SERVING_SECRET, YEAR } from './installation.ts'
import { Witness } from './witness.ts'

const START = Date.parse('2026-06-01T12:00:00Z')
const FOREIGN = (await issueAuthority(START)).certificate

/** One thing that happens to an installation. */
type Happening =
  /** The leader makes a pass; it is killed before the write with this number, and another takes over. */
  | { readonly what: 'pass'; readonly killedBefore?: number }
  /** As many days go by with a pass a day, made twice so that what waits for others to notice is done. */
  | { readonly what: 'days'; readonly days: number }
  /** Time goes by, awake or suspended. */
  | { readonly what: 'time'; readonly ms: number; readonly suspended: boolean }
  /** Somebody sets the clock of the leader to be off by so much. */
  | { readonly what: 'clock'; readonly off: number }
  /**
   * Somebody empties one of the two Secrets that record the CAs, the webhooks, or both, or has every webhook trust a
   * stranger as well (as well: who has one trust the stranger alone fails its calls until the next pass); all is as it
   * should be again before the next loss.
   */
  | { readonly what: 'loss'; readonly of: readonly Place[] }

type Place = 'authority' | 'serving' | 'webhooks' | 'foreign'

const duration = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 5 * MINUTE }) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 3 * DAY }) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 100 * DAY }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 7 * YEAR }) },
)

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ what: 'pass' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('pass' as const),
      killedBefore: fc.integer({ min: 0, max: 3 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ what: fc.constant('time' as const), ms: duration, suspended: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ what: fc.constant('days' as const), days: fc.integer({ min: 1, max: 60 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('clock' as const),
      off: fc.integer({ min: -23 * HOUR, max: 23 * HOUR }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('loss' as const),
      of: fc
        .subarray<Place>(['authority', 'serving', 'webhooks', 'foreign'], { minLength: 1, maxLength: 2 })
        .filter((places) => !(places.includes('authority') && places.includes('serving')))
        .filter((places) => !(places.includes('webhooks') && places.includes('foreign'))),
    }),
  },
)

/** An installation with the true time, from which the clock of the leader may be off. */
class History {
  #time = START
  #off = 0
  readonly installation = new Installation(START)
  readonly witness = new Witness(this.installation, () => this.#time)

  async happen(event: Happening): Promise<void> {
    const { installation } = this
    if (event.what === 'time') this.wait(event.ms, event.suspended)
    if (event.what === 'days') await this.#live(event.days)
    if (event.what === 'clock') this.#set(event.off)
    if (event.what === 'loss') {
      for (const place of event.of) lose(installation, place)
      await this.#pass()
      this.wait(PROPAGATION_TIME)
      await this.#pass()
    }
    if (event.what === 'pass') await this.#pass(event.killedBefore)
    this.witness.look()
  }

  wait(ms: number, suspended = false): void {
    this.#time += ms
    if (suspended) this.installation.clock.jump(ms)
    else this.installation.clock.advance(ms)
  }

  async #live(days: number): Promise<void> {
    for (let day = 0; day < days; day += 1) {
      this.wait(DAY - PROPAGATION_TIME)
      await this.#pass()
      this.wait(PROPAGATION_TIME)
      await this.#pass()
      this.witness.look()
    }
  }

  #set(off: number): void {
    this.installation.clock.jump(off - this.#off)
    this.#off = off
  }

  async #pass(killedBefore = Number.POSITIVE_INFINITY): Promise<void> {
    const { installation } = this
    installation.cluster.writesLeft = killedBefore
    await installation.pass().catch((error: Error) => {
      if (error.message !== 'killed') throw error
      installation.restart()
    })
    installation.cluster.writesLeft = Number.POSITIVE_INFINITY
  }
}

function lose(installation: Installation, place: Place): void {
  if (place === 'authority') installation.emptySecret(AUTHORITY_SECRET)
  if (place === 'serving') installation.emptySecret(SERVING_SECRET)
  if (place === 'webhooks') installation.resetWebhooks()
  if (place === 'foreign') installation.plant(FOREIGN)
}

t.test('whatever happens once it is installed, no call fails, and it comes to rest whole', async (t) => {
  const run = await fc.check(
    fc.asyncProperty(fc.array(happening, { maxLength: 40 }), async (events) => {
      const history = new History()
      await history.installation.pass()
      for (const event of events) await history.happen(event)
      await history.installation.rest((ms) => history.wait(ms))
      history.witness.look()
      deepEqual(history.witness.refusals, [])
      const { retired, ...rest } = await history.installation.summary()
      deepEqual(rest, { signedByNewest: true, inDate: true, sameEverywhere: true })
      deepEqual((await history.installation.everything()).includes(FOREIGN), false)
    }),
    effort(40),
  )
  t.notOk(run.failed, fc.defaultReportMessage(run) ?? `${run.numRuns} histories`)
})
