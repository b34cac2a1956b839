import t, { type Test } from 'tap'
import { deployments } from '../../reconciler/kube/resources.ts'
import { eventually } from '../../testing/deadline.ts'
import { at } from '../support/at.ts'
import { startBareCluster } from '../support/bare-cluster.ts'
import { withoutCircumstances } from '../support/circumstances.ts'
import { type Asked, type Fault, FaultProxy } from '../support/fault-proxy/index.ts'
import { reconciledNamespace } from '../support/reconciler/namespace.ts'

// Faults on the way of what a reconciler writes. What it reads is the subject of api-server.test.ts.

const cluster = await startBareCluster(t)

/** What a Mcrouter expands to. */
const OBJECTS = 7

/** A reconciler of one namespace that reaches the API server by way of a proxy. */
async function behindProxy(t: Test, namespace: string) {
  const proxy = await FaultProxy.start(cluster.controlPlane)
  t.teardown(() => proxy.stop())
  const { kubeconfig } = proxy
  const reconciled = await reconciledNamespace(
    t,
    { ...cluster, controlPlane: { ...cluster.controlPlane, kubeconfig } },
    namespace,
  )
  return { proxy, ...reconciled }
}

/** A Mcrouter whose objects are just there when the fault begins, and that is then changed; what is there in the end. */
async function story(t: Test, namespace: string, begin: (proxy: FaultProxy) => void | Promise<void>) {
  const { proxy, want, settled, children } = await behindProxy(t, namespace)
  await want({})
  await eventually('its objects are there', async () => (await children()).length === OBJECTS)
  const begun = performance.now()
  await begin(proxy)
  await want({ mcrouter_replicas: 3 })
  await settled()
  const end = (await children()).map((child) => withoutCircumstances(child, 'generation'))
  const written = proxy.since(begun).filter(isWrite)
  return { end: JSON.parse(JSON.stringify(end).replaceAll(namespace, 'NAMESPACE')), written }
}

const isWrite = ({ method, url }: Asked) => method !== 'GET' && !url.includes('/events')

/** The fault for the first so many writes. */
function first(count: number, fault: Fault) {
  let left = count
  return (proxy: FaultProxy) => {
    proxy.fault = (asked) => (isWrite(asked) && left-- > 0 ? fault : undefined)
  }
}

const FAULTED = 12
const faults: Readonly<Record<string, (proxy: FaultProxy) => void | Promise<void>>> = {
  'connections break before a write arrives': first(FAULTED, { kind: 'reset' }),
  'connections break when a write is done': first(FAULTED, { kind: 'unanswered' }),
  'answers are cut': first(FAULTED, { kind: 'cut', bytes: 40 }),
  'answers are slow': first(FAULTED, { kind: 'slow', bytes: 200, everyMs: 5 }),
  'a burst of 500s': first(FAULTED, { kind: 'status', status: 500, reason: 'InternalError' }),
  'a burst of 409s': first(FAULTED, { kind: 'status', status: 409, reason: 'Conflict' }),
  'the token expires': (proxy) => proxy.replaceToken(),
  'the certificate is one of another authority': (proxy) => proxy.replaceCertificate(),
}

t.test('whatever becomes of writes, the end is the same, and little more is written', async (t) => {
  const undisturbed = story(t, 'undisturbed', () => undefined)
  await Promise.all(
    Object.entries(faults).map(async ([name, begin], index) => {
      const { end, written } = await story(t, `story-${index}`, begin)
      const expected = await undisturbed
      t.same(end, expected.end, name)
      // Each that was spoilt is made again, perhaps together with a few that were not.
      const most = 2 * expected.written.length + 2 * FAULTED
      t.ok(written.length <= most, `${name}: ${written.length} writes, ${most} at most`)
    }),
  )
})

for (const status of [429, 503]) {
  t.test(`Retry-After of a ${status} is kept by writes`, async (t) => {
    const { proxy, want, settled } = await behindProxy(t, `busy-${status}`)
    const refused = first(FAULTED, { kind: 'status', status, reason: 'TooManyRequests', retryAfter: '1' })
    refused(proxy)
    await want({})
    await settled()
    const attempts = attemptsOn('statefulsets/cache-memcached', proxy.asked)
    t.ok(attempts.length > 1)
    t.ok((gaps(attempts)[0] ?? 0) >= 1000, `${gaps(attempts)} ms`)
  })
}

t.test('a storm of 409s: said, tried less and less often, and at once when there is news', async (t) => {
  const { proxy, want, settled, reason } = await behindProxy(t, 'storm')
  await want({})
  await settled()
  const begun = performance.now()
  const path = 'deployments/cache'
  proxy.fault = (asked) =>
    isWriteTo(path, asked) ? { kind: 'status', status: 409, reason: 'Conflict' } : undefined
  await want({ mcrouter_replicas: 3 })
  await eventually('it is said', async () => (await reason('Progressing')) === 'Applying')
  const waits = () => gaps(attemptsOn(path, proxy.since(begun)))
  // A late word of a controller makes it try before its time, but does not begin the row anew.
  const slow = () => waits().some((wait) => wait > 1_500)
  await eventually('it waits longer and longer', slow, { withinMs: 30_000 })
  t.ok(waits().length < 10, `${waits().map(Math.round)} ms between the attempts`)
  t.equal(await reason('Progressing'), 'Applying')
  proxy.fault = () => undefined
  await want({ mcrouter_replicas: 4 })
  await settled()
  t.equal(at(await cluster.get(deployments, 'storm', 'cache'), 'spec', 'replicas'), 4)
})

function isWriteTo(path: string, asked: Asked): boolean {
  return isWrite(asked) && asked.url.split('?', 1).join().endsWith(path)
}

/** When something was written to an object, in milliseconds. */
function attemptsOn(path: string, asked: readonly Asked[]): number[] {
  return asked.filter((one) => isWriteTo(path, one)).map(({ at }) => at)
}

function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((time, index) => time - (times[index] ?? 0))
}
