import t from 'tap'
import { Drain } from '../../../server/serving/drain.ts'

/** Time that passes only while someone sleeps; `during` is what happens meanwhile. */
function simulated(during: (elapsed: number) => void = () => {}) {
  let now = 0
  const clock = { now: () => now, monotonic: () => now }
  const sleep = async (ms: number, signal: AbortSignal) => {
    for (let left = ms; left > 0; left -= 100) {
      signal.throwIfAborted()
      now += Math.min(100, left)
      during(now)
    }
  }
  return { clock, sleep, elapsed: () => now }
}

const never = new AbortController().signal

t.test('a server that nobody calls is quiet after the shortest time', async (t) => {
  const { clock, sleep, elapsed } = simulated()
  const drain = new Drain(clock, sleep)
  t.equal(drain.draining, false)
  const quiet = drain.quiet(never)
  t.equal(drain.draining, true, 'readiness fails before anything is waited for')
  await quiet
  t.equal(elapsed(), 10_000)
})

t.test('each request puts the end off until five seconds later', async (t) => {
  const { clock, sleep, elapsed } = simulated((now) => {
    if (now <= 12_000) drain.requested()
  })
  const drain = new Drain(clock, sleep)
  await drain.quiet(never)
  t.equal(elapsed(), 17_000)
})

t.test('a caller that never stops cannot hold the server beyond its grace period', async (t) => {
  const { clock, sleep, elapsed } = simulated(() => drain.requested())
  const drain = new Drain(clock, sleep)
  await drain.quiet(never)
  t.equal(elapsed(), 45_000)
})

t.test('a second signal ends the wait at once', async (t) => {
  const hurry = new AbortController()
  const { clock, sleep, elapsed } = simulated((now) => {
    if (now >= 3_000) hurry.abort()
  })
  const drain = new Drain(clock, sleep)
  await t.rejects(drain.quiet(hurry.signal), { name: 'AbortError' })
  t.equal(elapsed(), 3_000)
})
