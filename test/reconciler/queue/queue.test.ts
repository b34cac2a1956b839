import t from 'tap'
import type { Outcome } from '../../../reconciler/outcome.ts'
import { WorkQueue, type WorkQueueOptions } from '../../../reconciler/queue/queue.ts'
import { settle, TestClock } from '../../support/clock.ts'

const DONE: Outcome = { kind: 'done' }

/** A queue whose work is finished by hand. */
function fixture(options: Partial<WorkQueueOptions> = {}) {
  const clock = new TestClock()
  const begun: string[] = []
  const running = new Map<string, { finish: (outcome: Outcome) => void; signal: AbortSignal }>()
  const queue = new WorkQueue({
    clock,
    concurrency: 2,
    work: (key, signal) =>
      new Promise((resolve) => {
        begun.push(key)
        running.set(key, { finish: resolve, signal })
      }),
    ...options,
  })
  const finish = async (key: string, outcome: Outcome = DONE) => {
    const work = running.get(key)
    running.delete(key)
    work?.finish(outcome)
    await settle()
  }
  const add = async (...keys: readonly string[]) => {
    for (const key of keys) queue.add(key)
    await settle()
  }
  return { clock, queue, begun, running, add, finish }
}

t.test('a key waits once, however often it is added', async (t) => {
  const { queue, begun, finish, add } = fixture({ concurrency: 1 })
  queue.start()
  await add('b', 'a', 'a', 'a')
  t.equal(queue.depth, 1)
  t.equal(queue.adds, 2)
  await finish('b')
  await finish('a')
  t.same(begun, ['b', 'a'])
})

t.test('nothing is added before the start', async (t) => {
  const { clock, queue, begun, add } = fixture()
  await add('a')
  queue.addAfter('b', 0)
  queue.addAfter('c', 10)
  t.equal(clock.pending, 0)
  queue.start()
  t.equal(queue.adds, 0)
  await add('d')
  await clock.advance(1_000)
  t.same(begun, ['d'])
})

t.test('a key that is added while being worked on is worked on once more, and not before', async (t) => {
  const { queue, begun, finish, add } = fixture()
  queue.start()
  await add('a')
  await add('a', 'a')
  t.same(begun, ['a'])
  await finish('a')
  t.same(begun, ['a', 'a'])
  await finish('a')
  t.same(begun, ['a', 'a'])
})

t.test(
  'no more keys are worked on at once than the concurrency allows; the others keep their order',
  async (t) => {
    const { queue, begun, add, finish } = fixture()
    queue.start()
    await add('a', 'b', 'c', 'd')
    t.same(begun, ['a', 'b'])
    t.equal(queue.depth, 2)
    await finish('b')
    t.same(begun, ['a', 'b', 'c'])
    await finish('a')
    t.same(begun, ['a', 'b', 'c', 'd'])
  },
)

t.test(
  'addAfter waits; of several times the earliest counts, and an add at once replaces them',
  async (t) => {
    const { clock, queue, begun, finish, add } = fixture()
    queue.start()
    queue.addAfter('a', 5_000)
    queue.addAfter('a', 2_000)
    queue.addAfter('a', 9_000)
    await clock.advance(1_999)
    t.same(begun, [])
    await clock.advance(1)
    t.same(begun, ['a'])
    await finish('a')
    await clock.advance(20_000)
    t.same(begun, ['a'])

    queue.addAfter('b', 1_000)
    await add('b')
    await finish('b')
    await clock.advance(20_000)
    t.same(begun, ['a', 'b'])
  },
)

t.test('failures back off from 5 ms, doubling to 1000 s; a success begins anew', async (t) => {
  const { clock, queue, begun, finish, add } = fixture()
  const retry: Outcome = { kind: 'retry', error: new Error('no') }
  queue.start()
  await add('a')
  for (const delay of [5, 10, 20, 40, 80]) {
    await finish('a', retry)
    const before = begun.length
    await clock.advance(delay - 1)
    t.equal(begun.length, before, `not before ${delay} ms`)
    await clock.advance(1)
    t.equal(begun.length, before + 1, `after ${delay} ms`)
  }
  for (let more = 0; more < 40; more += 1) {
    await finish('a', retry)
    await clock.advance(1_000_000)
  }
  t.equal(queue.failures('a'), 45)
  t.equal(queue.retries, 45)
  t.equal(begun.length, 46, 'never more than 1000 s')
  await finish('a')
  t.equal(queue.failures('a'), 0)
  await add('a')
  await finish('a', retry)
  await clock.advance(5)
  t.equal(begun.length, 48)
})

t.test('what did not fail goes on in time, whatever the back-off has grown to', async (t) => {
  const { clock, queue, begun, finish, add } = fixture()
  const failed: Outcome = { kind: 'retry', error: new Error('no'), withinMs: 1_000 }
  queue.start()
  await add('a')
  for (let round = 0; round < 20; round += 1) {
    await finish('a', failed)
    await clock.advance(1_000)
  }
  t.equal(begun.length, 21)
  const busy = Object.assign(new Error('busy'), { retryAfterMs: 3_000 })
  await finish('a', { kind: 'retry', error: busy, withinMs: 0 })
  await clock.advance(2_999)
  t.equal(begun.length, 21, 'but not before the API server takes more')
  await clock.advance(1)
  t.equal(begun.length, 22)
})

t.test('what was put off before anything was tried is no success: the back-off stays', async (t) => {
  const { clock, queue, begun, finish, add } = fixture()
  const failed: Outcome = { kind: 'retry', error: new Error('no') }
  queue.start()
  await add('a')
  for (let failures = 0; failures < 10; failures += 1) {
    await finish('a', failed)
    await clock.advance(2 ** failures * 5)
  }
  await finish('a', { kind: 'requeue', afterMs: 100, untried: true })
  t.equal(queue.failures('a'), 10)
  await clock.advance(100)
  t.equal(begun.length, 12)
  await finish('a', { kind: 'requeue', afterMs: 100 })
  t.equal(queue.failures('a'), 0)
})

t.test('work that throws is tried again like work that asks for it', async (t) => {
  const outcomes: Outcome[] = []
  const { clock, queue, add } = fixture({
    work: () => Promise.reject(new Error('bug')),
    observer: { ended: (_, outcome) => outcomes.push(outcome) },
  })
  queue.start()
  await add('a')
  await clock.advance(5)
  t.match(outcomes, [
    { kind: 'retry', error: { message: 'bug' } },
    { kind: 'retry', error: { message: 'bug' } },
  ])
})

t.test('an error that says how long to wait is obeyed when that is longer', async (t) => {
  const { clock, queue, begun, finish, add } = fixture()
  queue.start()
  await add('a')
  await finish('a', { kind: 'retry', error: Object.assign(new Error('busy'), { retryAfterMs: 3_000 }) })
  await clock.advance(2_999)
  t.same(begun, ['a'])
  await clock.advance(1)
  t.same(begun, ['a', 'a'])
})

t.test('requeue looks again later and is no failure; terminal does not', async (t) => {
  const { clock, queue, begun, finish, add } = fixture()
  queue.start()
  await add('a', 'b')
  await finish('a', { kind: 'requeue', afterMs: 60_000 })
  await finish('b', { kind: 'terminal', reason: 'Invalid' })
  await clock.advance(59_999)
  t.same(begun, ['a', 'b'])
  await clock.advance(1)
  t.same(begun, ['a', 'b', 'a'])
  await clock.advance(10_000_000)
  t.same(begun, ['a', 'b', 'a'])
  t.equal(queue.retries, 0)
})

t.test('drain ends what is under way, drops what waits and takes nothing more', async (t) => {
  const { clock, queue, begun, running, finish, add } = fixture({ concurrency: 1 })
  queue.start()
  await add('a')
  await add('a', 'b')
  queue.addAfter('c', 10)
  const drained = queue.drain(new AbortController().signal)
  await add('d')
  queue.addAfter('e', 10)
  t.equal(running.get('a')?.signal.aborted, false, 'work under way is let finish')
  await finish('a', { kind: 'retry', error: new Error('no') })
  t.same(await drained, [])
  await clock.advance(1_000_000)
  t.same(begun, ['a'])
  t.equal(clock.pending, 0, 'no timer keeps the process')
})

t.test(
  'drain tells work under way to stop when its own time is over, and says what did not finish',
  async (t) => {
    const { queue, running, add } = fixture()
    queue.start()
    await add('a')
    const patience = new AbortController()
    const drained = queue.drain(patience.signal)
    const signal = running.get('a')?.signal
    patience.abort()
    t.same(await drained, ['a'])
    t.equal(signal?.aborted, true)
  },
)

t.test('the measures are those of client-go', async (t) => {
  const queued: number[] = []
  const worked: number[] = []
  const { clock, queue, finish, add } = fixture({
    concurrency: 1,
    observer: { queued: (seconds) => queued.push(seconds), worked: (seconds) => worked.push(seconds) },
  })
  queue.start()
  await add('a')
  await clock.advance(3_000)
  await add('b')
  t.equal(queue.depth, 1)
  await clock.advance(2_000)
  t.equal(queue.unfinishedSeconds, 5)
  t.equal(queue.longestRunningSeconds, 5)
  await finish('a')
  await clock.advance(1_000)
  await finish('b')
  t.same(queued, [0, 2])
  t.same(worked, [5, 1])
  t.same([queue.depth, queue.adds, queue.unfinishedSeconds, queue.longestRunningSeconds], [0, 2, 0, 0])
})
