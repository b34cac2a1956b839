import t, { type Test } from 'tap'
import type { KubeObject } from '../../reconciler/kube/api.ts'
import { Informer } from '../../reconciler/kube/cache/informer.ts'
import { connect } from '../../reconciler/kube/connection/connect.ts'
import { configMaps } from '../../reconciler/kube/resources.ts'
import { startControlPlane } from '../../testing/control-plane/index.ts'
import { eventually } from '../../testing/deadline.ts'
import { type Asked, type Fault, FaultProxy } from '../support/fault-proxy/index.ts'
import { ScaledClock } from '../support/scaled-clock.ts'

/** The reflector's minute is a second and a half here. */
const SPEED = 40
/** No fault that ends may leave the copy older than this, in the reflector's milliseconds (reflector.test.ts has it exactly). */
const STALENESS_MS = 75_000
/** What a busy machine may take besides, in its own milliseconds. */
const ALLOWANCE_MS = 2_000
const SELECTOR = 'chaos=yes'
const OLD = `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' } })}\n`

const controlPlane = await startControlPlane()
t.teardown(() => controlPlane.stop())

/** A copy of the ConfigMaps of one namespace, by way of the proxy. */
async function copyThrough(t: Test, proxy: FaultProxy, namespace: string) {
  const clock = new ScaledClock(SPEED)
  const cluster = await connect({
    environment: { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(proxy.port) },
    serviceAccountDirectory: proxy.mount,
    clock,
    userAgent: 'chaos',
  })
  const told = new Map<string, KubeObject>()
  const troubles: Error[] = []
  const informer = new Informer({
    session: cluster.session,
    namespaces: [namespace],
    selection: { resource: configMaps, labelSelector: SELECTOR },
    clock,
    random: Math.random,
    onChange: ({ key, after }) => {
      if (after) told.set(key.name, after)
      else told.delete(key.name)
    },
    onTrouble: (error) => troubles.push(error),
  })
  const stop = new AbortController()
  const ended = informer.run(stop.signal)
  t.teardown(async () => {
    stop.abort()
    await ended
    cluster.close()
  })
  return { informer, told, troubles }
}

/** A namespace with three objects, a true copy of it, and somebody who writes without the proxy. */
async function fixture(t: Test) {
  const namespace = `chaos-${Math.random().toString(36).slice(2, 10)}`
  await controlPlane.client.request('POST', '/api/v1/namespaces', { body: { metadata: { name: namespace } } })
  const path = `/api/v1/namespaces/${namespace}/configmaps`
  const proxy = await FaultProxy.start(controlPlane)
  t.teardown(() => proxy.stop())
  const put = async (name: string, value: string) => {
    const body = { metadata: { name, labels: { chaos: 'yes' } }, data: { value } }
    const { status } = await controlPlane.client.request('PUT', `${path}/${name}`, { body })
    if (status === 404) await controlPlane.client.request('POST', path, { body })
  }
  const remove = (name: string) => controlPlane.client.request('DELETE', `${path}/${name}`)
  for (const name of ['a', 'b', 'c']) await put(name, 'one')
  const { informer, told, troubles } = await copyThrough(t, proxy, namespace)
  const truth = async () => {
    const { body } = await controlPlane.client.request('GET', `${path}?labelSelector=${SELECTOR}`)
    return JSON.stringify(versions(Array.isArray(body.items) ? body.items : []))
  }
  const isTrue = async () => {
    const expected = await truth()
    const copy = [
      JSON.stringify(versions([...informer.keys()].flatMap((key) => informer.get(key) ?? []))),
      JSON.stringify(versions([...told.values()])),
    ]
    return copy.every((one) => one === expected)
  }
  await eventually('the first list is in', isTrue)
  await eventually('it watches', () => proxy.asked.some(({ isWatch }) => isWatch))
  /** Every kind of change. */
  const stir = async () => {
    await put('a', 'two')
    await remove('b')
    await put('d', 'one')
  }
  return { proxy, informer, told, troubles, put, stir, isTrue }
}

function versions(objects: readonly { metadata: { name: string; resourceVersion: string } }[]): string[] {
  return objects.map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`).toSorted()
}

/** The fault for the first so many requests that match. */
function first(count: number, fault: Fault, matches: (asked: Asked) => boolean = () => true) {
  let left = count
  return (asked: Asked) => (matches(asked) && left-- > 0 ? fault : undefined)
}

/** At most six requests in any two of the reflector's seconds. */
function bounded(asked: readonly Asked[]): boolean {
  const windowMs = 2_000 / SPEED
  return asked.every(
    ({ at }, index) => asked.slice(index).filter((one) => one.at - at < windowMs).length <= 6,
  )
}

const isWatch = (asked: Asked) => asked.isWatch
const isList = (asked: Asked) => !asked.isWatch

const faults: readonly [name: string, begin: (proxy: FaultProxy) => void | Promise<void>][] = [
  ['connections are reset', (proxy) => proxy.reset()],
  [
    'connections are reset, and the next five too',
    (proxy) => {
      proxy.fault = first(5, { kind: 'reset' })
      proxy.reset()
    },
  ],
  ['a half-open connection', (proxy) => proxy.freeze()],
  [
    'a request that is never answered',
    (proxy) => {
      proxy.fault = first(1, { kind: 'silent' })
      proxy.reset()
    },
  ],
  [
    'a list that is too slow, twice',
    (proxy) => {
      proxy.fault = first(2, { kind: 'slow', bytes: 20, everyMs: 30 }, isList)
      proxy.say(OLD)
    },
  ],
  [
    'a list that is cut, twice',
    (proxy) => {
      proxy.fault = first(2, { kind: 'cut', bytes: 300 }, isList)
      proxy.say(OLD)
    },
  ],
  [
    'watches that are cut inside the first event',
    (proxy) => {
      proxy.fault = first(3, { kind: 'cut', bytes: 100 }, isWatch)
      proxy.reset()
    },
  ],
  [
    'a burst of 500s',
    (proxy) => {
      proxy.fault = first(8, { kind: 'status', status: 500, reason: 'InternalError' })
      proxy.reset()
    },
  ],
  [
    '429 with Retry-After',
    (proxy) => {
      proxy.fault = first(3, { kind: 'status', status: 429, reason: 'TooManyRequests', retryAfter: '10' })
      proxy.reset()
    },
  ],
  [
    '503 with Retry-After',
    (proxy) => {
      proxy.fault = first(3, { kind: 'status', status: 503, reason: 'ServiceUnavailable', retryAfter: '10' })
      proxy.reset()
    },
  ],
  ['410 as an event', (proxy) => proxy.say(OLD)],
  [
    '410 as an answer',
    (proxy) => {
      proxy.fault = first(2, { kind: 'status', status: 410, reason: 'Expired' }, isWatch)
      proxy.reset()
    },
  ],
  ['a garbage line', (proxy) => proxy.say('<html>bad gateway</html>\n')],
  [
    'garbage before every event of five watches',
    (proxy) => {
      proxy.fault = first(5, { kind: 'prefix', text: 'garbage\n' }, isWatch)
      proxy.reset()
    },
  ],
  [
    'the token expires',
    async (proxy) => {
      await proxy.replaceToken()
      proxy.reset()
    },
  ],
  ['the certificate is one of another authority', (proxy) => proxy.replaceCertificate()],
]

for (const [name, begin] of faults) {
  t.test(`${name}: nothing is lost, and nothing is asked in a hurry`, async (t) => {
    const { proxy, stir, isTrue } = await fixture(t)
    const begun = performance.now()
    await begin(proxy)
    await stir()
    await eventually('the copy is true', isTrue)
    const staleMs = performance.now() - Math.max(begun, proxy.faultedAt)
    t.ok(staleMs < STALENESS_MS / SPEED + ALLOWANCE_MS, `${Math.round(staleMs)} ms after the fault`)
    t.ok(bounded(proxy.since(begun)), `${proxy.since(begun).length} requests`)
    await eventually('no connection is left over', () => proxy.connections <= 2)
  })
}

t.test('lists that are older than what was seen: nothing is taken back', async (t) => {
  const { proxy, informer, told, troubles, put, stir, isTrue } = await fixture(t)
  await stir()
  await eventually('the copy is true', isTrue)
  const begun = performance.now()
  proxy.fault = first(3, { kind: 'stale' }, isList)
  proxy.say(OLD)
  await put('e', 'one')
  await eventually('a list was refused', () =>
    troubles.some((one) => 'reason' in one && one.reason === 'Stale'),
  )
  t.same([...told.keys()].toSorted(), ['a', 'c', 'd'])
  await eventually('the copy is true', isTrue)
  t.equal(informer.relistRepairs, 1, 'only what was new by then')
  t.ok(bounded(proxy.since(begun)))
})

t.test('410 between two pages of a list: listed anew', async (t) => {
  const { proxy, put, stir, isTrue } = await fixture(t)
  const names = Array.from({ length: 600 }, (_, index) => `object-${index}`)
  for (let from = 0; from < names.length; from += 20) {
    await Promise.all(names.slice(from, from + 20).map((name) => put(name, 'one')))
  }
  const second = (asked: Asked) => asked.url.includes('continue=')
  proxy.fault = first(2, { kind: 'status', status: 410, reason: 'Expired' }, second)
  proxy.say(OLD)
  await stir()
  await eventually('the copy is true', async () => proxy.asked.filter(second).length > 2 && (await isTrue()))
  t.ok(bounded(proxy.asked))
})

t.test('the API server is restarted and has forgotten its history: nothing is lost', async (t) => {
  const { proxy, informer, put, stir, isTrue } = await fixture(t)
  await controlPlane.stopApiServer()
  const begun = performance.now()
  await controlPlane.startApiServer()
  await stir()
  await eventually('the copy is true', isTrue, { withinMs: 30_000 })
  t.ok(bounded(proxy.since(begun)))
  await put('e', 'one')
  await eventually('and stays so', isTrue)
  t.ok(informer.reconnects >= 1)
})
