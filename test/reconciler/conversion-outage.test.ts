import t from 'tap'
import { ConversionOutage } from '../../reconciler/conversion-outage.ts'
import type { KubeApi, KubeObject } from '../../reconciler/kube/api.ts'
import { ApiError } from '../../reconciler/kube/connection/errors.ts'
import { mergeAsWritten } from '../../reconciler/write.ts'
import { V1ALPHA3 } from '../../schemas/v1alpha3/version.ts'
import { TestClock } from '../support/clock.ts'
import { MCROUTER, passWith } from './reconcile-context.ts'

const managedFields = [{ apiVersion: V1ALPHA3.apiVersion, fieldsV1: { 'f:spec': {} } }]
const OLDER: KubeObject = { ...MCROUTER, metadata: { ...MCROUTER.metadata, managedFields } }

const HUNG = new ApiError('no answer within 5 s', { status: 0, reason: 'Timeout' })
const REFUSED = new ApiError('conversion webhook for mcrouter.example.com/v1alpha3, Kind=Mcrouter failed', {
  status: 500,
  reason: 'InternalError',
})
const CONFLICT = new ApiError('conflict', { status: 409, reason: 'Conflict' })
const AWAY = new ApiError('connection refused', { status: 0, reason: 'Unreachable' })

/** Writes of many Mcrouters; each answer counts until there is another. */
class World {
  readonly clock = new TestClock()
  readonly conversion = new ConversionOutage()
  answer: ApiError | undefined | Promise<KubeObject>
  tried = 0

  /** The reason of the error that a write ends with; undefined where it succeeds. */
  async write(mcrouter = OLDER): Promise<string | undefined> {
    const merge: KubeApi['merge'] = async () => {
      this.tried += 1
      if (this.answer instanceof ApiError) throw this.answer
      return (await this.answer) ?? mcrouter
    }
    const context = passWith({ merge }, [], mcrouter, { clock: this.clock, conversion: this.conversion })
    try {
      await mergeAsWritten(context, mcrouter, {})
      return undefined
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      return error.reason
    }
  }
}

t.test('a write that takes a conversion keeps a worker for no longer than it has to', async (t) => {
  const limits: unknown[] = []
  const merge: KubeApi['merge'] = async (_, __, ___, options) => {
    limits.push(options?.timeoutMs)
    return MCROUTER
  }
  for (const one of [OLDER, MCROUTER]) await mergeAsWritten(passWith({ merge }, [], one), one, {})
  t.strictSame(limits, [5_000, undefined])
})

for (const failure of [HUNG, REFUSED])
  t.test(`while it fails, one at a time tries: ${failure.message}`, async (t) => {
    const world = new World()
    world.answer = failure
    t.equal(await world.write(), failure.reason)
    t.equal(await world.write(), 'Unconverted')
    t.equal(await world.write(MCROUTER), failure.reason, 'what needs none is tried')
    t.equal(world.tried, 2)
    await world.clock.advance(5_000)
    let answers: (object: KubeObject) => void = () => undefined
    world.answer = new Promise((resolve) => {
      answers = resolve
    })
    const trial = world.write()
    t.equal(await world.write(), 'Unconverted')
    answers(OLDER)
    t.equal(await trial, undefined)
    t.equal(await world.write(), undefined, 'and from its first success on all')
  })

t.test('what says nothing of conversions keeps nobody from trying', async (t) => {
  const world = new World()
  for (const answer of [CONFLICT, AWAY]) {
    world.answer = answer
    t.equal(await world.write(), answer.reason)
    t.equal(await world.write(), answer.reason)
  }
  world.answer = HUNG
  await world.write()
  await world.clock.advance(5_000)
  world.answer = AWAY
  t.equal(await world.write(), 'Unreachable')
  t.equal(await world.write(), 'Unconverted', 'and ends no outage')
  await world.clock.advance(5_000)
  world.answer = CONFLICT
  t.equal(await world.write(), 'Conflict')
  t.equal(await world.write(), 'Conflict', 'which only who could convert can answer')
})
