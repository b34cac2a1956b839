import t from 'tap'
import { JobQueue } from '../../../server/serving/job-queue.ts'

t.test('jobs have their turn one after the other, in order', async (t) => {
  const queue = new JobQueue(async () => {})
  const done: number[] = []
  await Promise.all([1, 2, 3].map((job) => queue.take('one', () => done.push(job))))
  t.same(done, [1, 2, 3])
})

t.test('after each job comes a pause as long as it took', async (t) => {
  const pauses: number[] = []
  const queue = new JobQueue(async (ms) => pauses.push(ms))
  await queue.take('one', () => {
    const end = performance.now() + 5
    while (performance.now() < end);
  })
  await queue.take('one', () => {})
  t.equal(pauses.length, 1)
  t.ok((pauses[0] ?? 0) >= 5, `${pauses[0]} ms`)
})

t.test('a job waits for the pause of the one before', async (t) => {
  const { promise: pause, resolve: end } = Promise.withResolvers<void>()
  const queue = new JobQueue(() => pause)
  await queue.take('one', () => {})
  let ran = false
  const second = queue.take('one', () => {
    ran = true
  })
  await new Promise(setImmediate)
  t.equal(ran, false)
  end()
  await second
  t.equal(ran, true)
})

t.test('a job that fails fails for itself alone', async (t) => {
  const queue = new JobQueue(async () => {})
  const failing = queue.take('one', () => {
    throw new Error('mine')
  })
  const next = queue.take('one', () => 'next')
  await t.rejects(failing, { message: 'mine' })
  t.equal(await next, 'next')
})

t.test('more than sixteen are not kept waiting but told to come back', async (t) => {
  const { promise: pause, resolve: end } = Promise.withResolvers<void>()
  const queue = new JobQueue(() => pause)
  const waiting = Array.from({ length: 16 }, () => queue.take('one', () => 'done'))
  await t.rejects(
    queue.take('one', () => 'never'),
    { code: 'MCR_ERR_OVERLOADED', statusCode: 503 },
  )
  end()
  t.same(new Set(await Promise.all(waiting)), new Set(['done']))
  t.equal(await queue.take('one', () => 'again'), 'again', 'and there is room again')
})

t.test('or fewer, where that is said', async (t) => {
  const { promise: pause, resolve: end } = Promise.withResolvers<void>()
  const queue = new JobQueue(() => pause, 2)
  const waiting = [queue.take('one', () => 'done'), queue.take('one', () => 'done')]
  await t.rejects(
    queue.take('one', () => 'never'),
    { code: 'MCR_ERR_OVERLOADED' },
  )
  end()
  t.same(await Promise.all(waiting), ['done', 'done'])
})

t.test('hosts have their turns one after the other', async (t) => {
  const { promise: pause, resolve: goOn } = Promise.withResolvers<void>()
  const queue = new JobQueue(() => pause)
  const done: string[] = []
  const jobs = ['first', 'one', 'one', 'one', 'other'].map((host) => queue.take(host, () => done.push(host)))
  goOn()
  await Promise.all(jobs)
  t.same(done, ['first', 'one', 'other', 'one', 'one'])
})

t.test('whoever waits for most gives way to a newcomer, and floods the queue for itself alone', async (t) => {
  const { promise: running, resolve: end } = Promise.withResolvers<void>()
  const queue = new JobQueue(async () => {}, 4)
  const overloaded = { code: 'MCR_ERR_OVERLOADED' }
  const flood = [1, 2, 3, 4].map(() => queue.take('crowd', () => running))
  const pushedOut = t.rejects(Promise.all(flood), overloaded)
  const newcomer = queue.take('server', () => 'served')
  await pushedOut
  await t.rejects(
    queue.take('crowd', () => 'never'),
    overloaded,
  )
  end()
  t.equal(await newcomer, 'served')
  const results = await Promise.allSettled(flood)
  t.same(
    results.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'fulfilled', 'rejected'],
  )
})
