import t from 'tap'
import { V1ALPHA3 } from '../../../schemas/v1alpha3/version.ts'
import { V1BETA1 } from '../../../schemas/v1beta1/version.ts'
import { conversionReview, storedObject } from '../../../testing/conversion-review.ts'
import { mcrouterObject, reviewOf } from '../../../testing/review.ts'
import { clientOf } from '../../support/server.ts'

t.test('large conversions and large reviews of admission wait apart', async (t) => {
  const { http, deps } = await clientOf(t)
  const large = { annotations: { note: 'x'.repeat(40_000) } }
  const convert = () =>
    http
      .post('/convert')
      .send(conversionReview(V1BETA1.apiVersion, [storedObject(V1ALPHA3.apiVersion, {}, large)]))
  const admit = () => http.post('/validate').send(reviewOf(mcrouterObject({}, large)))
  const statuses = async () => [(await convert()).status, (await admit()).status]
  t.same(await statuses(), [200, 200])
  const { promise: held, resolve: end } = Promise.withResolvers<void>()
  const flood = Array.from({ length: 16 }, () => deps.convertJobs.take('127.0.0.1', () => held))
  t.same(await statuses(), [503, 200], 'whoever floods the one')
  end()
  await Promise.all(flood)
  const { promise: judged, resolve: last } = Promise.withResolvers<void>()
  const crowd = Array.from({ length: 16 }, () => deps.reviewJobs.take('127.0.0.1', () => judged))
  t.same(await statuses(), [200, 503], 'or the other')
  last()
  await Promise.all(crowd)
})

t.test(
  'a small review of several objects waits as well, for it may cost as much, and one of one object does not',
  async (t) => {
    const { http, deps } = await clientOf(t)
    const { promise: held, resolve: end } = Promise.withResolvers<void>()
    const flood = Array.from({ length: 16 }, () => deps.convertJobs.take('127.0.0.1', () => held))
    const stored = storedObject(V1ALPHA3.apiVersion, {})
    const convert = async (count: number) => {
      const review = conversionReview(V1BETA1.apiVersion, Array(count).fill(stored))
      return (await http.post('/convert').send(review)).status
    }
    t.same([await convert(1), await convert(2)], [200, 503])
    end()
    await Promise.all(flood)
    t.equal(await convert(2), 200)
  },
)

t.test('a host that floods the queue leaves others their place in it', async (t) => {
  const { http, deps } = await clientOf(t)
  const { promise: held, resolve: end } = Promise.withResolvers<void>()
  const flood = Array.from({ length: 16 }, () => deps.convertJobs.take('10.0.0.1', () => held))
  const pushedOut = t.rejects(Promise.all(flood), { code: 'MCR_ERR_OVERLOADED' })
  const stored = storedObject(V1ALPHA3.apiVersion, {})
  const review = conversionReview(V1BETA1.apiVersion, [stored, stored])
  const status = http
    .post('/convert')
    .send(review)
    .then((answer) => answer.status)
  await pushedOut
  end()
  t.equal(await status, 200)
  await Promise.allSettled(flood)
})
