import { pino } from 'pino'
import t, { type Test } from 'tap'
import { parseFlags } from '../../reconciler/flags.ts'
import { kubeApi } from '../../reconciler/kube/objects.ts'
import { objectPath } from '../../reconciler/kube/paths.ts'
import { mcrouters } from '../../reconciler/kube/resources.ts'
import { operate } from '../../reconciler/run.ts'
import { freePort, LOOPBACK } from '../../testing/control-plane/port.ts'
import { eventually } from '../../testing/deadline.ts'
import { ApiModel } from '../support/api-model/index.ts'
import { ModelSession } from '../support/api-model/session.ts'
import { at } from '../support/at.ts'
import { TestClock } from '../support/clock.ts'

const MINUTE = 60_000
const FORBIDDEN = { kind: 'status', status: 403, reason: 'Forbidden' } as const

/** The reconciler as a whole, of the namespaces red and blue of a model API server. */
async function operating(t: Test, fault: ModelSession['fault'], more: string[] = []) {
  const clock = new TestClock()
  const model = new ApiModel()
  const session = new ModelSession(model, clock)
  session.fault = fault
  const port = await freePort()
  const flags = parseFlags([`--listen=${LOOPBACK}:${port}`, '--watch-namespaces=red,blue', ...more])
  if (flags === undefined) throw new Error('these flags ask for no help')
  const cluster = { api: kubeApi(session), session, namespace: 'operator', close: () => undefined }
  const log = pino({ level: 'silent' })
  const stop = new AbortController()
  const ended = operate({ flags, cluster, clock, log, instance: 'one' }, stop.signal)
  t.teardown(async () => {
    stop.abort()
    await clock.advance(MINUTE)
    await ended
  })
  const ask = async (path: string) => {
    const response = await fetch(`http://${LOOPBACK}:${port}${path}`)
    return `${response.status} ${(await response.text()).trim()}`
  }
  return { clock, model, session, ask }
}

t.test('a process whose watches are deaf for 5 minutes asks to be restarted', async (t) => {
  const { clock, model, session, ask } = await operating(t, () => undefined)
  for (let minutes = 0; minutes < 6; minutes += 1) {
    await clock.advance(MINUTE)
    model.bookmark()
  }
  await clock.advance(0)
  t.equal(await ask('/healthz'), '200 ok')
  session.fault = ({ path }) => (path.includes('/leases') ? undefined : { kind: 'silent' })
  model.disconnect()
  await clock.advance(5 * MINUTE)
  t.equal(await ask('/healthz'), '200 ok')
  await clock.advance(1_000)
  t.equal(await ask('/healthz'), '503 nothing was heard from the API server for 5 minutes')
})

t.test('a namespace that is deleted, and the role in it, leaves the others their leader', async (t) => {
  const { clock, model, ask } = await operating(t, ({ path }) =>
    path.includes('/namespaces/blue/') ? FORBIDDEN : undefined,
  )
  for (let minutes = 0; minutes < 6; minutes += 1) {
    await clock.advance(MINUTE)
    model.bookmark()
  }
  await clock.advance(0)
  t.equal(await ask('/healthz'), '200 ok')
  t.equal(await ask('/readyz'), '200 ok')
  t.match(await ask('/metrics'), /leader_election_master_status\{[^}]*\} 1/)
})

const SERIES = /^mcrouter_operator_mcrouter_.*$/gm

t.test('whoever leads tells of each Mcrouter, for as long as there is one', async (t) => {
  const { clock, model, ask } = await operating(t, () => undefined)
  const path = objectPath(mcrouters, { namespace: 'red', name: 'cache' })
  const spec = { memcached: { shards: 2 } }
  model.put(path, { metadata: { namespace: 'red' }, spec })
  await clock.advance(MINUTE)
  const series = [...(await ask('/metrics')).matchAll(SERIES)].map(([line]) => line)
  const of = 'namespace="red",mcrouter="cache"'
  t.ok(series.includes(`mcrouter_operator_mcrouter_servers_wanted{${of}} 2`), series.join('\n'))
  t.ok(series.every((line) => line.includes(of)))
  model.remove(path)
  await clock.advance(MINUTE)
  t.notMatch(await ask('/metrics'), SERIES)
})

t.test('who waits to lead tells of none', async (t) => {
  const lease = '/apis/coordination.k8s.io/v1/namespaces/operator/leases/mcrouter-operator'
  const { clock, model, ask } = await operating(t, ({ method, path }) =>
    // Somebody else was quicker each time.
    path.startsWith(lease.slice(0, lease.lastIndexOf('/'))) && method !== 'GET'
      ? { kind: 'status', status: 409, reason: 'Conflict' }
      : undefined,
  )
  const path = objectPath(mcrouters, { namespace: 'red', name: 'cache' })
  model.put(path, { metadata: { namespace: 'red' }, spec: { memcached: { shards: 2 } } })
  await clock.advance(MINUTE)
  const text = await ask('/metrics')
  t.match(text, /leader_election_master_status\{[^}]*\} 0/)
  t.match(text, /mcrouter_operator_cache_objects\{resource="mcrouters"\} 1/, 'which it knows')
  t.notMatch(text, SERIES)
})

t.test('what is in a namespace that may be listed in part only is left alone', async (t) => {
  const { clock, model, session } = await operating(t, ({ path }) =>
    path.endsWith('/namespaces/blue/poddisruptionbudgets') ? FORBIDDEN : undefined,
  )
  for (const namespace of ['red', 'blue']) {
    const path = objectPath(mcrouters, { namespace, name: 'cache' })
    model.put(path, { metadata: { namespace }, spec: { memcached: { shards: 2 } } })
  }
  await clock.advance(MINUTE)
  const written = session.sent.filter(({ method }) => method !== 'GET').map(({ path }) => path)
  t.ok(written.some((path) => path.includes('/namespaces/red/')))
  t.notOk(written.some((path) => path.includes('/namespaces/blue/')))
})

t.test(
  'who cannot list Mcrouters leads nevertheless, since certificates may be what is missing',
  async (t) => {
    let served = false
    const { clock, model, session, ask } = await operating(
      t,
      ({ path }) =>
        path.endsWith('/mcrouters') && !served
          ? { kind: 'status', status: 500, reason: 'InternalError' }
          : undefined,
      ['--webhook-configuration=op.sys'],
    )
    const secret = '/api/v1/namespaces/operator/secrets/mcrouter-operator-ca'
    model.put(secret, { metadata: { namespace: 'operator' } })
    model.put('/api/v1/namespaces/operator/secrets/mcrouter-operator-serving-cert', {
      metadata: { namespace: 'operator' },
    })
    for (const kind of ['mutating', 'validating'])
      model.put(`/apis/admissionregistration.k8s.io/v1/${kind}webhookconfigurations/op.sys`, {
        webhooks: [{ name: 'op', clientConfig: {} }],
      })
    await clock.advance(10_000)
    t.equal(at(model.at(secret), 'data'), undefined)
    await clock.advance(10_000)
    await eventually('certificates are made', () => at(model.at(secret), 'data', 'tls.crt') !== undefined)
    t.match(await ask('/readyz'), /^503 waiting for the first lists/)
    served = true
    const path = objectPath(mcrouters, { namespace: 'red', name: 'cache' })
    model.put(path, { metadata: { namespace: 'red' }, spec: { memcached: { shards: 2 } } })
    await clock.advance(2 * MINUTE)
    const written = session.sent.filter(({ method }) => method !== 'GET').map(({ path }) => path)
    t.ok(
      written.some((path) => path.includes('/namespaces/red/')),
      'and works once it can',
    )
  },
)
