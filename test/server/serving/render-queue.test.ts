import t from 'tap'
import { RenderQueue } from '../../../server/serving/render-queue.ts'

t.test('jobs have their turn one after the other, in order', async (t) => {
  const turns = new RenderQueue(async () => {})
  const done: number[] = []
  await Promise.all([1, 2, 3].map((job) => turns.take(() => done.push(job))))
  t.same(done, [1, 2, 3])
})

t.test('after each job comes a pause as long as it took', async (t) => {
  const pauses: number[] = []
  const turns = new RenderQueue(async (ms) => pauses.push(ms))
  await turns.take(() => {
    const end = performance.now() + 5
    while (performance.now() < end);
  })
  await turns.take(() => {})
  t.equal(pauses.length, 1)
  t.ok((pauses[0] ?? 0) >= 5, `${pauses[0]} ms`)
})

t.test('a job waits for the pause of the one before', async (t) => {
  const { promise: pause, resolve: end } = Promise.withResolvers<void>()
  const turns = new RenderQueue(() => pause)
  await turns.take(() => {})
  let ran = false
  const second = turns.take(() => {
    ran = true
  })
  await new Promise(setImmediate)
  t.equal(ran, false)
  end()
  await second
  t.equal(ran, true)
})

t.test('a job that fails fails for itself alone', async (t) => {
  const turns = new RenderQueue(async () => {})
  const failing = turns.take(() => {
    throw new Error('mine')
  })
  const next = turns.take(() => 'next')
  await t.rejects(failing, { message: 'mine' })
  t.equal(await next, 'next')
})

t.test('more than sixteen are not kept waiting but told to come back', async (t) => {
  const { promise: pause, resolve: end } = Promise.withResolvers<void>()
  const turns = new RenderQueue(() => pause)
  const waiting = Array.from({ length: 16 }, () => turns.take(() => 'done'))
  await t.rejects(
    turns.take(() => 'never'),
    { code: 'MCR_ERR_OVERLOADED', statusCode: 503 },
  )
  end()
  t.same(new Set(await Promise.all(waiting)), new Set(['done']))
  t.equal(await turns.take(() => 'again'), 'again', 'and there is room again')
})
