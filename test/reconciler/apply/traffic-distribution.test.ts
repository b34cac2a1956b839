import t from 'tap'
import { TrafficDistribution } from '../../../reconciler/apply/traffic-distribution.ts'
import { ApiError } from '../../../reconciler/kube/connection/errors.ts'
import { ObjectStates } from '../../../reconciler/object-state.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { judge } from '../../../schemas/validation/judge.ts'
import { at } from '../../support/at.ts'
import { TestClock } from '../../support/clock.ts'
import { MINUTE, pass, stored } from '../one-pass.ts'
import { desiredOf } from '../plan/applied.ts'
import { MCROUTER } from '../reconcile-context.ts'

const [SERVICE] = desiredOf({ routers: { placement: 'Node' } }).filter(
  ({ kind, spec }) => kind === 'Service' && at(spec, 'trafficDistribution') !== undefined,
)
if (SERVICE === undefined) throw new Error('no Service that prefers anything')

/** As the API server says it: kubernetes pkg/apis/core/validation/validation.go, validateServiceTrafficDistribution. */
function refused(field = 'spec.trafficDistribution') {
  const causes = [{ reason: 'FieldValueNotSupported', message: 'Unsupported value: "x"', field }]
  return new ApiError('Service "cache" is invalid', { status: 422, reason: 'Invalid', causes })
}

t.test('the word of this Kubernetes is used, down to none', async (t) => {
  const words = new TrafficDistribution()
  const service = () => words.inWords(SERVICE)
  const word = () => at(service().spec, 'trafficDistribution')
  t.equal(word(), 'PreferSameNode')
  t.match(words.refusal(service(), refused()), {
    lost: {
      reason: 'NodeNotPreferred',
      note: /does not know trafficDistribution PreferSameNode: .* zone first/,
    },
  })
  t.equal(word(), 'PreferClose')
  t.match(words.refusal(service(), refused()), {
    lost: {
      reason: 'ZoneNotPreferred',
      note: /does not know trafficDistribution PreferClose: .* any router/,
    },
  })
  t.equal(word(), undefined)
  t.equal(words.refusal(service(), refused()), undefined, 'there is nothing left to refuse')
  t.match(service().spec, { selector: at(SERVICE.spec, 'selector') })
})

t.test('routers in zones are preferred by an older word, and without that none are', async (t) => {
  const words = new TrafficDistribution()
  const zoned = { ...SERVICE, spec: { ...Object(SERVICE.spec), trafficDistribution: 'PreferSameZone' } }
  const word = () => at(words.inWords(zoned).spec, 'trafficDistribution')
  t.equal(word(), 'PreferSameZone')
  t.strictSame(words.refusal(zoned, refused()), {}, 'nothing is lost by a word that means the same')
  t.equal(word(), 'PreferClose')
  t.match(words.refusal(words.inWords(zoned), refused()), {
    lost: {
      reason: 'ZoneNotPreferred',
      note: /PreferClose: clients are sent to any router, not to those of their zone first\. From 1\.31 on it does/,
    },
  })
  t.equal(word(), undefined)
})

t.test('another refusal is none of that word', async (t) => {
  const words = new TrafficDistribution()
  t.equal(words.refusal(SERVICE, refused('spec.type')), undefined)
  t.equal(words.refusal(SERVICE, new ApiError('x', { status: 409, reason: 'Conflict' })), undefined)
  t.equal(words.inWords(SERVICE), SERVICE)
})

t.test('nothing else is touched', async (t) => {
  const words = new TrafficDistribution()
  words.refusal(SERVICE, refused())
  for (const manifest of desiredOf()) t.equal(words.inWords(manifest), manifest)
})

/** Passes over a Mcrouter, on an API server that does not know the newer words; and which words it was sent. */
function passesOver(spec: JsonObject) {
  const clock = new TestClock()
  const objectStates = new ObjectStates()
  const judged = judge({ ...MCROUTER, spec })
  const mcrouter = { ...stored, spec: judged.accepted ? judged.spec : {} }
  const sent: unknown[] = []
  const next = async () => {
    const { events } = await pass(
      clock,
      { pods: [], mcrouter, objectStates },
      {
        apply: async (_, manifest) => {
          const word = at(manifest, 'spec', 'trafficDistribution')
          if (word !== undefined) sent.push(word)
          if (word === 'PreferSameNode' || word === 'PreferSameZone') throw refused()
          return {
            ...mcrouter,
            ...manifest,
            metadata: { ...mcrouter.metadata, ...Object(manifest.metadata) },
          }
        },
      },
    )
    // What was written is waited for, and no cache will show it.
    await clock.advance(MINUTE)
    return events.map(({ reason }) => reason)
  }
  return { next, sent }
}

t.test('a pass goes on with the next word, and tells once what that means', async (t) => {
  const { next, sent } = passesOver({ router: { placement: 'Node' } })
  const first = await next()
  t.equal(first.filter((reason) => reason === 'NodeNotPreferred').length, 1)
  t.notOk(first.includes('ApplyFailed'))
  const second = await next()
  t.strictSame(sent, ['PreferSameNode', 'PreferClose'])
  t.notOk(second.includes('NodeNotPreferred'))
})

t.test('where zones are preferred by an older word there is nothing to tell', async (t) => {
  const { next, sent } = passesOver({ memcached: { shards: 1, copies: 2, zones: ['a', 'b'] } })
  const told = [...(await next()), ...(await next())]
  t.strictSame(sent, ['PreferSameZone', 'PreferClose'])
  t.strictSame(
    told.filter((reason) => reason.endsWith('NotPreferred') || reason === 'ApplyFailed'),
    [],
  )
})
