import t from 'tap'
import { ConflictBackoff } from '../../../reconciler/apply/conflict-backoff.ts'

/** The wait after a pass that met so many conflicts; undefined after one that met none. */
function pass(conflicts: ConflictBackoff, met: number): number | undefined {
  conflicts.begin()
  return Array.from({ length: met }, () => conflicts.met()).at(-1)
}

t.test('the wait doubles from pass to pass, however many writes of one are refused', async (t) => {
  const conflicts = new ConflictBackoff()
  t.same(
    [1, 7, 2, 1].map((met) => pass(conflicts, met)),
    [200, 400, 800, 1600],
  )
})

t.test('it is never longer than half a minute', async (t) => {
  const conflicts = new ConflictBackoff()
  for (let passes = 0; passes < 100; passes += 1) pass(conflicts, 1)
  t.equal(pass(conflicts, 1), 30_000)
})

t.test('a pass without a conflict begins anew', async (t) => {
  const conflicts = new ConflictBackoff()
  for (let passes = 0; passes < 5; passes += 1) pass(conflicts, 1)
  t.equal(pass(conflicts, 0), undefined)
  t.equal(pass(conflicts, 1), 200)
})
