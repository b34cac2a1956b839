import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import t from 'tap'
import { type Clock, systemClock } from '../../../process/clock.ts'
import type { Outcome } from '../../../reconciler/outcome.ts'
import { Pace } from '../../../reconciler/queue/pace.ts'
import { WorkQueue } from '../../../reconciler/queue/queue.ts'
import { effort } from '../../../testing/effort.ts'
import { settle, TestClock } from '../../support/clock.ts'

const AT_ONCE: Outcome = { kind: 'requeue', afterMs: 0 }

/** A queue of passes that note when they begin and end as they please. */
function fixture(clock: Clock, pass: (queue: WorkQueue, key: string) => Outcome, concurrency = 16) {
  const begun = new Map<string, number[]>()
  const queue: WorkQueue = new WorkQueue({
    clock,
    concurrency,
    work: async (key) => {
      begun.set(key, [...(begun.get(key) ?? []), clock.monotonic()])
      return pass(queue, key)
    },
  })
  queue.start()
  return { queue, begun }
}

t.test('a pass that always asks to be made again at once is made four times a second', async (t) => {
  const insistent: Record<string, (queue: WorkQueue, key: string) => Outcome> = {
    'by its outcome': () => AT_ONCE,
    'by adding its key while it runs': (queue, key) => {
      queue.add(key)
      return { kind: 'done' }
    },
    'by both, and a time that has passed': (queue, key) => {
      queue.addAfter(key, -1)
      return AT_ONCE
    },
    'by failing within no time': () => ({ kind: 'retry', error: new Error('no'), withinMs: 0 }),
  }
  for (const [how, pass] of Object.entries(insistent)) {
    const clock = new TestClock()
    const { queue, begun } = fixture(clock, pass)
    queue.add('a/hot')
    queue.add('a/other')
    for (let ms = 0; ms < 60_000; ms += 50) await clock.advance(50)
    for (const [key, times] of begun) t.equal(times.length, 10 + 60 * 4, `${how}: ${key}`)
    await queue.drain(new AbortController().signal)
    t.equal(clock.pending, 0)
  }
})

t.test(
  'whatever asks for a key and whenever: in no time is it taken up more often than its pace',
  async (t) => {
    const asked = fc.array(fc.record({ afterMs: fc.nat(700), again: fc.nat(40) }), { maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(asked, async (asks) => {
        const clock = new TestClock()
        const { queue, begun } = fixture(clock, () => ({ kind: 'done' }))
        for (const { afterMs, again } of asks) {
          for (let one = 0; one < again; one += 1) {
            queue.add('a')
            await turn()
          }
          await clock.advance(afterMs)
        }
        const times = begun.get('a') ?? []
        for (const [index, from] of times.entries()) {
          for (const [further, until] of times.slice(index).entries())
            t.ok(further + 1 <= 10 + 1 + ((until - from) * 4) / 1000, `${further + 1} in ${until - from} ms`)
        }
      }),
      effort(20),
    )
  },
)

t.test('a key that rests for a while converges as fast as ever', async (t) => {
  const clock = new TestClock()
  const { queue, begun } = fixture(clock, () => ({ kind: 'done' }))
  for (const round of [1, 2]) {
    for (let pass = 1; pass <= 10; pass += 1) {
      queue.add('a')
      await settle()
      t.equal(begun.get('a')?.length, 10 * (round - 1) + pass, 'without a wait')
    }
    await clock.advance(3_000)
  }
})

t.test('nothing is kept of keys that rest', async (t) => {
  const clock = new TestClock()
  const pace = new Pace({ perSecond: 4, burst: 10 }, clock)
  for (let key = 0; key < 1_000; key += 1) {
    pace.took(`key-${key}`)
    await clock.advance(10)
  }
  t.ok(pace.size < 50, `${pace.size} are kept`)
})

t.test('under a load of passes that never wait, the process hears and answers all others', async (t) => {
  const busy = (_: WorkQueue, __: string): Outcome => {
    for (const until = performance.now() + 2; performance.now() < until; );
    return AT_ONCE
  }
  // A pass over each of a thousand takes two seconds of CPU, and more are asked for all the time.
  const { queue, begun } = fixture(systemClock, busy)
  const server = createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1')
  t.teardown(async () => {
    await queue.drain(AbortSignal.abort())
    server.close()
  })
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  for (let key = 0; key < 1_000; key += 1) queue.add(`tenant/${key}`)
  let renewals = 0
  const lease = setInterval(() => (renewals += 1), 20)
  for (let ask = 0; ask < 10; ask += 1) {
    t.equal(await (await fetch(`http://127.0.0.1:${port}/healthz`)).text(), 'ok')
  }
  clearInterval(lease)
  t.ok(begun.size < 1_000, 'while passes were still under way')
  t.ok(renewals > 0, 'timers fired')
})
