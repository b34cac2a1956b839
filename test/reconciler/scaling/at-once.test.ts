import t from 'tap'
import { AtOnce } from '../../../reconciler/scaling/at-once.ts'

t.test('passes that want the next one at once, again and again, get it later and later', async (t) => {
  const atOnce = new AtOnce()
  const delays = Array.from({ length: 20 }, () => atOnce.after(0))
  t.strictSame(delays.slice(0, 6), [0, 10, 20, 40, 80, 160])
  t.equal(delays.at(-1), 30_000)
})

t.test('one that waits for something else ends the row', async (t) => {
  const atOnce = new AtOnce()
  t.strictSame(
    [0, 0, 500, 0].map((ms) => atOnce.after(ms)),
    [0, 10, 500, 0],
  )
  t.equal(new AtOnce().after(Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY)
})
