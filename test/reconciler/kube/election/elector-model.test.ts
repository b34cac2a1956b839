import fc from 'fast-check'
import t from 'tap'
import { effort } from '../../../../testing/effort.ts'
import { Election } from '../../../support/api-model/election.ts'
import type { Fault } from '../../../support/api-model/session.ts'

const fault: fc.Arbitrary<Fault | undefined> = fc.constantFrom<(Fault | undefined)[]>(
  undefined,
  { kind: 'reset' },
  { kind: 'silent' },
  { kind: 'unanswered' },
  { kind: 'status', status: 500, reason: 'InternalError' },
)

/** What happens to which of three processes, and how long until the next thing happens. */
const history = fc.array(
  fc.record({
    who: fc.nat(2),
    what: fc.oneof(
      fault.map((one) => ({ fault: one })),
      fc.constant('stop' as const),
      fc.constant('clock' as const),
    ),
    ms: fc.integer({ min: 0, max: 20_000 }),
  }),
  { maxLength: 25 },
)

t.test('whatever fails, two never lead at once, and when it is over one leads again', async (t) => {
  await fc.assert(
    fc.asyncProperty(history, fc.double({ min: 0, max: 0.999, noNaN: true }), async (steps, random) => {
      const election = new Election()
      for (const name of ['a', 'b', 'c']) election.candidate(name, () => random)
      let next = 0
      for (const { who, what, ms } of steps) {
        const candidate = election.candidates.filter((one) => one.end === undefined)[who]
        if (what === 'clock') election.clock.setWallClock(ms * 10_000)
        else if (what === 'stop') {
          candidate?.stop()
          candidate?.finish()
        } else if (candidate) candidate.session.fault = () => what.fault
        for (let passed = 0; passed < ms; passed += 250) {
          await election.clock.advance(250)
          if (election.leaders > 1) throw new Error('two lead')
        }
        // A process that ended is started again, as a Deployment does.
        const missing = 3 - election.candidates.filter((one) => one.end === undefined).length
        for (let each = 0; each < missing; each += 1) election.candidate(`${next++}`, () => random)
      }
      for (const candidate of election.candidates) candidate.session.fault = () => undefined
      await election.clock.until('one leads', () => election.leaders === 1, 25_000)
      await election.stop()
      t.equal(election.clock.pending, 0)
    }),
    effort(60),
  )
})
