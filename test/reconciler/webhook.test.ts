import { pino } from 'pino'
import t from 'tap'
import type { Clock } from '../../reconciler/clock.ts'
import type { ApiRequest } from '../../reconciler/kube/session.ts'
import { record } from '../../reconciler/observe/reading.ts'
import { Webhook } from '../../reconciler/webhook.ts'
import type { JsonObject } from '../../schemas/json.ts'

/** Every pause is over at once. */
const clock: Clock = {
  now: () => 0,
  monotonic: () => 0,
  after: (_, callback) => {
    const immediate = setImmediate(callback)
    return () => clearImmediate(immediate)
  },
}

/** An API server that gives these answers, one after the other. */
function answering(answers: (JsonObject | Error)[]) {
  const requests: ApiRequest[] = []
  const session = {
    request: async (request: ApiRequest) => {
      requests.push(request)
      const answer = answers.shift() ?? new Error('asked once more')
      if (answer instanceof Error) throw answer
      return answer
    },
  }
  return {
    requests,
    webhook: new Webhook({ session, clock, log: pino({ level: 'silent' }), namespaces: ['shop', 'mall'] }),
  }
}

const normalised = { spec: { memcached_pool_size: 7 } }

t.test('it is not trusted before it has answered', async (t) => {
  t.match(answering([]).webhook.complaint, /not known yet/)
})

t.test('it is tried until a dry run comes back normalised', async (t) => {
  const { webhook, requests } = answering([
    new Error('failed calling webhook'),
    { spec: { memcached_pool_size: 2 } },
    normalised,
  ])
  await webhook.awaitAnswer(new AbortController().signal)
  t.equal(webhook.complaint, undefined)
  t.equal(requests.length, 3)
  t.match(requests[0], { method: 'POST', path: /\/namespaces\/shop\/mcrouters\?dryRun=All$/ })
  t.match(requests[1], { path: /\/namespaces\/mall\// }, 'the first may be gone')
})

t.test('no Mcrouter that exists is in the way, whatever its name', async (t) => {
  const { webhook, requests } = answering([normalised])
  await webhook.awaitAnswer(new AbortController().signal)
  const { metadata } = record(requests[0]?.body)
  t.strictSame(metadata, { generateName: 'mcrouter-operator-readiness-', namespace: 'shop' })
})

t.test('what keeps it from answering can be read', async (t) => {
  const stop = new AbortController()
  const { webhook } = answering([new Error('dial tcp: connection refused')])
  const waiting = webhook.awaitAnswer(stop.signal)
  await new Promise(setImmediate)
  stop.abort()
  await waiting
  t.match(webhook.complaint, /connection refused|asked once more/)
})
