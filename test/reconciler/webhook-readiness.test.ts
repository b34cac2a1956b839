import { pino } from 'pino'
import t from 'tap'
import type { Clock } from '../../process/clock.ts'
import type { ApiRequest } from '../../reconciler/kube/connection/session.ts'
import { record } from '../../reconciler/observe/untyped.ts'
import { WebhookProbe } from '../../reconciler/webhook-readiness.ts'
import type { JsonObject } from '../../schemas/json.ts'

let elapsedMs = 0
/** Every pause is over at once. */
const clock: Clock = {
  now: () => 0,
  monotonic: () => elapsedMs,
  after: (ms, callback) => {
    elapsedMs += ms
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
  const logged: string[] = []
  const log = pino({}, { write: (line) => logged.push(line) })
  const namespaces = ['shop', 'mall']
  const servers = ['op-server.system.svc', 'fd00::1']
  const options = { session, clock, log, configuration: 'op.system', namespaces, servers }
  return { requests, logged, webhook: new WebhookProbe(options) }
}

const REFUSED =
  'admission webhook "mutate.op.system.mcrouter.example.com" denied the request: Mcrouter "mcrouter-operator-readiness-" is invalid: spec.router.release: no'
const denied = new Error(`POST /apis/…: ${REFUSED}`)
const others = new Error(`POST /apis/…: ${REFUSED.replace('.op.', '.other.')}`)

t.test('it is not trusted before it has answered', async (t) => {
  t.match(answering([]).webhook.complaint, /not known yet/)
})

t.test('it is tried until a dry run is refused in the words of the webhook', async (t) => {
  const { webhook, requests } = answering([
    new Error('failed calling webhook "mutate.op.system.mcrouter.example.com": connection refused'),
    { spec: { router: { release: 'trial' } } },
    new Error('Mcrouter "x" is invalid: spec.router.release: Unsupported value: "trial"'),
    denied,
  ])
  await webhook.awaitAnswer(new AbortController().signal)
  t.equal(webhook.complaint, undefined)
  t.equal(requests.length, 5, 'and once more, for the conversion')
  t.match(requests[0], { method: 'POST', path: /\/namespaces\/shop\/mcrouters\?dryRun=All$/ })
  t.match(requests[1], { path: /\/namespaces\/mall\// }, 'the first may be gone')
})

t.test('nor is it before the API server can convert a Mcrouter of another version', async (t) => {
  const x509 = new Error(
    'conversion webhook for mcrouter.example.com/v1alpha3, Kind=Mcrouter failed: x509: unknown authority',
  )
  const { webhook, requests, logged } = answering([denied, x509, denied, new Error('a policy of others')])
  await webhook.awaitAnswer(new AbortController().signal)
  t.equal(webhook.complaint, undefined)
  t.match(requests[1], { path: /\/v1alpha3\/namespaces\/shop\/mcrouters\?dryRun=All$/ })
  t.strictSame(record(requests[1]?.body).spec, {})
  t.equal(requests.length, 4)
  t.match(logged[0], /x509/)
})

t.test('so it is by the webhook for the trial alone, where selectors leave the trial out', async (t) => {
  const { webhook } = answering([new Error(denied.message.replace('mutate.op.', 'trial.op.'))])
  await webhook.awaitAnswer(new AbortController().signal)
  t.equal(webhook.complaint, undefined)
})

t.test('no Mcrouter that exists is in the way, whatever its name', async (t) => {
  const { webhook, requests } = answering([denied])
  await webhook.awaitAnswer(new AbortController().signal)
  const { metadata } = record(requests[0]?.body)
  t.strictSame(metadata, { generateName: 'mcrouter-operator-readiness-', namespace: 'shop' })
})

for (const [answer, complaint] of [
  [new Error('dial tcp: connection refused'), /^dial tcp: connection refused$/],
  [{ spec: {} }, /does not call the webhook mutate\.op\.system\./],
  [new Error('Mcrouter "x" is invalid: spec.router.release: Unsupported value'), /does not call the webhook/],
  [others, /^refused before the webhook mutate\.op\.\S+ was asked: .*mutate\.other\./],
  [
    new Error('admission webhook "x.y" denied the request: no'),
    /^refused before .*: admission webhook "x\.y"/,
  ],
] as const) {
  t.test(`what keeps it from answering can be read: ${complaint}`, async (t) => {
    const stop = new AbortController()
    const { webhook } = answering(Array.from({ length: 9 }, () => answer))
    const waiting = webhook.awaitAnswer(stop.signal)
    await new Promise(setImmediate)
    t.match(webhook.complaint, complaint)
    stop.abort()
    await waiting
  })
}

t.test('what is the same but for numbers and the generated name is logged once', async (t) => {
  const refusal = (suffix: string) =>
    new Error(`mcrouters "mcrouter-operator-readiness-${suffix}": port ${suffix.length}234`)
  const { webhook, logged } = answering([refusal('2x'), refusal('3y'), denied])
  await webhook.awaitAnswer(new AbortController().signal)
  t.equal(logged.length, 1)
})

t.test('mutating webhooks of others that refuse all do not keep it unready for ever', async (t) => {
  const { webhook, logged } = answering(Array.from({ length: 200 }, () => others))
  await webhook.awaitAnswer(new AbortController().signal)
  t.equal(webhook.complaint, undefined)
  t.match(logged.at(-1), /taken to answer/)
})

/** What the API server says of a sound Mcrouter of v1alpha3 while the webhook at that host does not convert it. */
const unconverted = (host: string) =>
  new Error(
    `conversion webhook for mcrouter.example.com/v1alpha3, Kind=Mcrouter failed: Post "https://${host}/convert?timeout=30s": service "server" not found`,
  )
const often = (error: Error) => Array.from({ length: 200 }, () => [denied, error]).flat()

t.test(
  'a conversion by the server of another installation, which may be gone, does not either',
  async (t) => {
    for (const error of [
      unconverted('op-server.elsewhere.svc:443'),
      new Error('conversion webhook for mcrouter.example.com/v1alpha3, Kind=Mcrouter failed: busy'),
    ]) {
      const begin = elapsedMs
      const { webhook, logged } = answering(often(error))
      await webhook.awaitAnswer(new AbortController().signal)
      t.equal(webhook.complaint, undefined)
      t.ok(elapsedMs - begin >= 60_000, 'it may only be late')
      t.match(
        logged.at(-1),
        /server of another installation .* v1alpha3 .*operations\.md#uninstalling, step 1/,
      )
    }
  },
)

t.test('but one by its own server does', async (t) => {
  for (const host of ['op-server.system.svc:443', '[fd00::1]:8443']) {
    const { webhook } = answering(often(unconverted(host)))
    const stop = new AbortController()
    const begin = elapsedMs
    const waiting = webhook.awaitAnswer(stop.signal)
    while (elapsedMs - begin < 90_000) await new Promise(setImmediate)
    t.match(webhook.complaint, /conversion webhook for/)
    stop.abort()
    await waiting
  }
})
