import { Socket } from 'node:net'
import t from 'tap'
import type { RouterState } from '../../../reconciler/routers/confirm.ts'
import { confirmOver } from '../../../reconciler/routers/confirm.ts'
import { TestClock } from '../../support/clock.ts'

const SECOND = 1_000

/** On which nothing is ever heard. */
class Silent extends Socket {
  override write(): boolean {
    return true
  }
}

/** What is known of so many routers that do not answer, after so long. */
async function asked(count: number, ms: number): Promise<readonly RouterState[] | undefined> {
  const clock = new TestClock()
  const confirm = confirmOver(() => new Silent(), clock)
  const routers = Array.from({ length: count }, (_, index) => ({ pod: `r-${index}`, host: 'h', port: 5000 }))
  let states: readonly RouterState[] | undefined
  const all = confirm(routers, 'digest').then((found) => {
    states = found
  })
  await clock.advance(ms)
  const known = states
  await clock.advance(1_000 * SECOND)
  await all
  return known
}

const silent = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    pod: `r-${index}`,
    runs: 'unknown',
    because: 'no answer within 1000 ms',
  }))

t.test('each of as many routers as a Deployment may have is given its time', async (t) => {
  t.equal(await asked(100, 4 * SECOND), undefined)
  t.strictSame(await asked(100, 5 * SECOND), silent(100))
})

t.test('of as many as there may be nodes those are unknown that are not asked in time', async (t) => {
  const states = await asked(1_000, 10 * SECOND)
  t.strictSame(states?.slice(0, 200), silent(200))
  t.equal(states?.length, 1_000)
  const because = states?.slice(200).map((state) => (state.runs === 'unknown' ? state.because : state.runs))
  t.same([...new Set(because)], ['it was not asked: others did not answer for 10000 ms'])
})
