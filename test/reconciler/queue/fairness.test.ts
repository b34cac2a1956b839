import t from 'tap'
import { sleep } from '../../../process/clock.ts'
import type { Outcome } from '../../../reconciler/outcome.ts'
import { Flows } from '../../../reconciler/queue/flows.ts'
import { WorkQueue } from '../../../reconciler/queue/queue.ts'
import { TestClock } from '../../support/clock.ts'

const namespaceOf = (key: string) => key.split('/', 1)[0] ?? ''

t.test('flows take turns, and within one the oldest key is first', (t) => {
  const flows = new Flows(namespaceOf)
  for (const key of ['a/1', 'a/2', 'a/3', 'b/1', 'c/1', 'b/1']) flows.add(key)
  t.equal(flows.size, 5)
  const taken = Array.from({ length: 6 }, () => flows.take(false))
  t.same(taken, ['a/1', 'b/1', 'c/1', 'a/2', 'a/3', undefined])
  t.equal(flows.size, 0)
  t.end()
})

t.test('the last workers are for flows that have none', (t) => {
  const flows = new Flows(namespaceOf)
  for (const key of ['a/1', 'a/2', 'b/1']) flows.add(key)
  t.equal(flows.take(true), 'a/1')
  t.equal(flows.take(true), 'b/1')
  t.equal(flows.take(true), undefined, 'a has one')
  t.equal(flows.size, 1)
  flows.ended('a/1')
  t.equal(flows.take(true), 'a/2')
  t.end()
})

interface Load {
  readonly passes: number
  readonly passMs: number
  readonly crowdMs: number
  readonly concurrency?: number
}

/** Milliseconds until a Mcrouter that needs so many passes of so long each has had them. */
async function converging(
  crowd: readonly string[],
  { passes, passMs, crowdMs, concurrency = 16 }: Load,
): Promise<number> {
  const clock = new TestClock()
  let left = passes
  let convergedAt = Number.POSITIVE_INFINITY
  const queue: WorkQueue = new WorkQueue({
    clock,
    concurrency,
    flowOf: namespaceOf,
    work: async (key): Promise<Outcome> => {
      await sleep(clock, key === 'victim/one' ? passMs : crowdMs)
      if (key !== 'victim/one') return { kind: 'requeue', afterMs: 0 }
      left -= 1
      if (left > 0) return { kind: 'requeue', afterMs: 0 }
      convergedAt = clock.monotonic()
      return { kind: 'done' }
    },
  })
  queue.start()
  for (const key of crowd) queue.add(key)
  await clock.advance(1_000)
  const addedAt = clock.monotonic()
  queue.add('victim/one')
  await clock.until('it has converged', () => Number.isFinite(convergedAt), 60_000)
  await queue.drain(AbortSignal.abort())
  return convergedAt - addedAt
}

t.test(
  'a namespace with 1,000 busy Mcrouters leaves another one converging within twice its time',
  async (t) => {
    const crowd = Array.from({ length: 1_000 }, (_, one) => `crowd/${one}`)
    for (const crowdMs of [50, 3_000]) {
      for (const passMs of [5, 100]) {
        const pass = { passes: 8, passMs, crowdMs }
        const alone = await converging([], pass)
        const beside = await converging(crowd, pass)
        t.ok(beside <= 2 * alone, `${beside} ms beside passes of ${crowdMs} ms, ${alone} ms alone`)
      }
    }
  },
)

t.test('so do three namespaces', async (t) => {
  const crowd = Array.from({ length: 999 }, (_, one) => `crowd-${one % 3}/${one}`)
  const pass = { passes: 8, passMs: 20, crowdMs: 1_000 }
  t.ok((await converging(crowd, pass)) <= 2 * (await converging([], pass)))
})

t.test('however few workers there are, as long as there are two', async (t) => {
  const crowd = Array.from({ length: 100 }, (_, one) => `crowd/${one}`)
  for (const concurrency of [2, 3, 4, 5, 7, 256]) {
    const pass = { passes: 8, passMs: 20, crowdMs: 3_000, concurrency }
    t.ok((await converging(crowd, pass)) <= 2 * (await converging([], pass)), `of ${concurrency}`)
  }
})

t.test('with a single worker, it waits for the pass under way and then for one at a time', async (t) => {
  const crowd = Array.from({ length: 100 }, (_, one) => `crowd/${one}`)
  const pass = { passes: 8, passMs: 20, crowdMs: 100, concurrency: 1 }
  t.ok((await converging(crowd, pass)) <= (await converging([], pass)) + 9 * 100)
})
