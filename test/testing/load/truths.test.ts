import t from 'tap'
import { CounterTruth } from '../../../testing/load/counter-truth.ts'
import { LockTruth } from '../../../testing/load/lock-truth.ts'
import { appendedText, versionIn, wholeText } from '../../../testing/load/stored-text.ts'
import { expiry, type Found, judge, NEVER, ValueTruth } from '../../../testing/load/value-truth.ts'

t.test('a value says which write it is of, and whether anybody wrote it', async (t) => {
  t.equal(versionIn(wholeText(7, 100)), 7)
  t.equal(versionIn(wholeText(7, 0)), 7)
  t.equal(versionIn(wholeText(7, 3) + appendedText(8) + appendedText(9)), 9)
  for (const text of [
    '',
    '7',
    '=...',
    wholeText(7, 3) + appendedText(9),
    wholeText(7, 3) + appendedText(8) + appendedText(8),
    `${wholeText(7, 3)}x+`,
    appendedText(8),
  ]) {
    t.equal(versionIn(text), undefined, text)
  }
})

t.test('a read is judged by the writes that had been acknowledged when it began', async (t) => {
  const truth = new ValueTruth()
  const at = (found: Found, before = truth.known(), now = 100) =>
    judge(found, before, truth.known(), now, now + 1)
  t.equal(at('nothing'), 'unclear', 'it was never written')
  const first = truth.begin()
  t.equal(at({ version: first }), 'unclear', 'it is being written')
  truth.acknowledged({ version: first, kind: 'stored', expires: NEVER })
  t.equal(at({ version: first }), 'hit')
  t.equal(at('nothing'), 'miss')
  t.equal(at({ version: undefined }), 'damaged')
  t.equal(at({ version: 2 }), 'damaged', 'no such write was begun')

  const before = truth.known()
  const second = truth.begin()
  for (const version of [first, second]) t.equal(at({ version }), 'hit', 'either, while it is under way')
  t.equal(at('nothing'), 'unclear')
  truth.acknowledged({ version: second, kind: 'stored', expires: NEVER })
  t.equal(at({ version: first }, before), 'hit', 'the read had begun before')
  t.equal(at({ version: first }), 'stale')

  const third = truth.begin()
  truth.acknowledged({ version: third, kind: 'deleted', expires: NEVER })
  t.equal(at('nothing'), 'unclear')
  for (const version of [first, second]) t.equal(at({ version }), 'resurrected')

  truth.begin()
  truth.refused()
  t.equal(at('nothing'), 'unclear', 'what was refused changes nothing')
  t.equal(at({ version: second }), 'resurrected')
})

t.test('a write of which nobody knows whether it was made may show or not', async (t) => {
  const truth = new ValueTruth()
  truth.acknowledged({ version: truth.begin(), kind: 'stored', expires: NEVER })
  const lost = truth.begin()
  const known = truth.known()
  for (const version of [1, lost]) t.equal(judge({ version }, known, known, 1, 2), 'hit')
  t.equal(judge('nothing', known, known, 1, 2), 'unclear')
})

t.test('a value may end a second early, and is overdue two seconds late', async (t) => {
  const truth = new ValueTruth()
  truth.acknowledged({ version: truth.begin(), kind: 'stored', expires: expiry(5, 1_000, 1_010) })
  const known = truth.known()
  const found = (at: number) => judge({ version: 1 }, known, known, at, at + 1)
  const nothing = (at: number) => judge('nothing', known, known, at, at + 1)
  t.equal(nothing(4_900), 'miss')
  t.equal(nothing(5_000), 'unclear')
  t.equal(found(8_000), 'hit')
  t.equal(found(8_011), 'overdue')
  t.strictSame(expiry(0, 1, 2), NEVER)
})

t.test('a counter goes up by one', async (t) => {
  const truth = new CounterTruth()
  t.equal(truth.incremented(1), 'right')
  t.equal(truth.incremented(2), 'right')
  t.equal(truth.incremented(1), 'back')
  t.equal(truth.incremented(2), 'right', 'it goes on from there')
  t.equal(truth.incremented(4), 'ahead')
  t.equal(truth.incremented(undefined), 'lost')
  t.equal(truth.value, 4, 'with which it is set again')
  truth.unanswered()
  t.ok(truth.isLeftRight(4) && truth.isLeftRight(5))
  t.notOk(truth.isLeftRight(3) || truth.isLeftRight(6) || truth.isLeftRight(undefined))
  t.equal(truth.incremented(6), 'right', 'the one before may have been made')
  t.equal(truth.incremented(8), 'ahead', 'but once')
})

t.test('a lock is won once while somebody has it for certain', async (t) => {
  const truth = new LockTruth()
  const add = (won: boolean | undefined, begun: number, ended = begun + 1) =>
    truth.added(truth.begin(), won, 5, { begun, ended })
  t.equal(add(true, 0), 'right')
  t.equal(add(false, 10), 'right')
  t.equal(add(true, 100), 'twice')
  t.equal(add(true, 4_100), 'right', 'it may have expired')
  truth.giveBack()
  t.equal(add(false, 4_200), 'right', 'it is being given back')
  truth.givenBack(4_300)
  t.equal(add(false, 4_301), 'ghost')
  t.equal(add(true, 4_310), 'right')
  t.equal(add(false, 9_400), 'right', 'it may end late')
  t.equal(add(false, 11_400), 'ghost', 'but not that late')
  t.equal(add(undefined, 12_000), 'right')
  t.equal(add(true, 12_100), 'right', 'nobody knows who has it')
})

t.test('who asks while somebody else does is never wrong about who was first', async (t) => {
  const truth = new LockTruth()
  truth.givenBack(0)
  const [one, other] = [truth.begin(), truth.begin()]
  t.equal(truth.added(one, false, 5, { begun: 10, ended: 20 }), 'right', 'the other may have won')
  t.equal(truth.added(other, true, 5, { begun: 10, ended: 30 }), 'right')
  const next = truth.begin()
  t.equal(truth.added(next, false, 5, { begun: 31, ended: 32 }), 'right')
})
