import t from 'tap'
import { type PassResult, RotationBackoff } from '../../reconciler/rotation-backoff.ts'
import { TestClock } from '../support/clock.ts'

/** The pauses after passes that are made as soon as they may be. */
async function pauses(
  pace: RotationBackoff,
  clock: TestClock,
  passes: readonly PassResult[],
  planned = false,
) {
  const waited: number[] = []
  for (const came of passes) {
    const ms = pace.after(came, planned)
    waited.push(ms)
    await clock.advance(ms)
  }
  return waited
}

t.test('passes that fail or mend something are further and further apart, up to 30 s', async (t) => {
  const clock = new TestClock()
  const waited = await pauses(new RotationBackoff(clock), clock, Array(9).fill('changed'))
  t.strictSame(waited, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
  t.strictSame(
    await pauses(new RotationBackoff(clock), clock, ['failed', 'unchanged', 'failed']),
    [500, 500, 1_000],
  )
})

t.test('after a minute in which all was right, the next one counts anew', async (t) => {
  const clock = new TestClock()
  const pace = new RotationBackoff(clock)
  await pauses(pace, clock, Array(9).fill('changed'))
  await clock.advance(60_000)
  t.equal(pace.after('changed', false), 500)
})

t.test('what is due by the life of a certificate is nobody’s fault', async (t) => {
  const clock = new TestClock()
  t.strictSame(
    await pauses(new RotationBackoff(clock), clock, Array(5).fill('changed'), true),
    Array(5).fill(500),
  )
})
