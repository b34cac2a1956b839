import t from 'tap'
import { systemClock } from '../../process/clock.ts'
import type { KubeApi, KubeObject } from '../../reconciler/kube/api.ts'
import { connect } from '../../reconciler/kube/connection/connect.ts'
import { Elector } from '../../reconciler/kube/election/elector.ts'
import { Recorder } from '../../reconciler/kube/events/events.ts'
import {
  configMaps,
  deployments,
  events,
  leases,
  services,
  statefulSets,
} from '../../reconciler/kube/resources.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { startControlPlane } from '../../testing/control-plane/index.ts'
import { eventually } from '../../testing/deadline.ts'
import { apiFailure } from '../support/api-failure.ts'

const controlPlane = await startControlPlane()
t.teardown(() => controlPlane.stop())
const cluster = await connect({
  kubeconfig: controlPlane.kubeconfig,
  environment: {},
  clock: systemClock,
  userAgent: 'mcrouter-operator/test',
})
t.teardown(() => cluster.close())
const { api } = cluster

const NAMESPACE = 'default'

function configMap(name: string, data: Record<string, string> = {}, metadata: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: NAMESPACE, name, ...metadata }, data }
}

function workload(kind: string, name: string, app: string): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { namespace: NAMESPACE, name },
    spec: {
      replicas: 1,
      ...(kind === 'StatefulSet' && { serviceName: app }),
      selector: { matchLabels: { app } },
      template: {
        metadata: { labels: { app } },
        spec: { containers: [{ name: 'one', image: 'example.com/one:1' }] },
      },
    },
  }
}

t.test('apply creates, changes and lets go of fields; the same again changes nothing', async (t) => {
  const made = await api.apply(configMaps, configMap('applied', { a: '1', b: '1' }))
  const same = await api.apply(configMaps, configMap('applied', { a: '1', b: '1' }))
  t.equal(same.metadata.resourceVersion, made.metadata.resourceVersion)
  const changed = await api.apply(configMaps, configMap('applied', { a: '2' }))
  t.same(changed.data, { a: '2' })
  t.match(changed.metadata.managedFields, [{ manager: 'mcrouter-operator', operation: 'Apply' }])
  await api.apply(configMaps, configMap('applied', { a: '3' }), { dryRun: true })
  t.same((await api.get(configMaps, { namespace: NAMESPACE, name: 'applied' }))?.data, { a: '2' })
})

t.test(
  'apply, replace and merge keep to the resourceVersion that they carry; delete to uid as well',
  async (t) => {
    const { metadata } = await api.create(configMaps, configMap('moved'))
    const key = { namespace: NAMESPACE, name: 'moved' }
    const then = { resourceVersion: metadata.resourceVersion }
    await api.apply(configMaps, configMap('moved', { now: 'x' }))
    t.ok((await apiFailure(api.apply(configMaps, configMap('moved', {}, then)))).conflict)
    t.ok((await apiFailure(api.replace(configMaps, configMap('moved', {}, then)))).conflict)
    t.ok((await apiFailure(api.merge(configMaps, key, { metadata: then }))).conflict)
    t.ok((await apiFailure(api.delete(configMaps, key, then))).conflict)
    t.ok((await apiFailure(api.delete(configMaps, key, { uid: 'other' }))).conflict)
    await api.delete(configMaps, key, { uid: metadata.uid })
    t.equal(await api.get(configMaps, key), undefined)
    await t.resolves(api.delete(configMaps, key), 'gone is gone')
    t.ok(
      (await apiFailure(api.replace(configMaps, configMap('moved', {}, then)))).status >= 400,
      'nothing to replace',
    )
  },
)

t.test('what is there already, and what is refused', async (t) => {
  await api.create(configMaps, configMap('twice'))
  t.ok((await apiFailure(api.create(configMaps, configMap('twice')))).alreadyExists)
  const invalid = await apiFailure(api.create(configMaps, configMap('Not_A_Name')))
  t.ok(invalid.invalid)
  t.match(invalid.causes, [{ reason: 'FieldValueInvalid', field: 'metadata.name' }])
  t.notOk(invalid.immutable)
})

t.test('an update of what cannot change is recognised as such', async (t) => {
  for (const [resource, kind] of [
    [deployments, 'Deployment'],
    [statefulSets, 'StatefulSet'],
  ] as const) {
    await api.create(resource, workload(kind, 'immutable', 'old'))
    const error = await apiFailure(api.apply(resource, workload(kind, 'immutable', 'new')))
    t.ok(error.immutable, error.message)
  }
  const service = (clusterIP: object): JsonObject => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: NAMESPACE, name: 'immutable' },
    spec: { ports: [{ port: 80 }], ...clusterIP },
  })
  await api.create(services, service({}))
  const error = await apiFailure(api.apply(services, service({ clusterIP: 'None' })))
  t.ok(error.immutable, error.message)
})

t.test('a list has all pages', async (t) => {
  const names = Array.from({ length: 620 }, (_, index) => `page-${index}`)
  for (let from = 0; from < names.length; from += 20) {
    const some = names.slice(from, from + 20)
    await Promise.all(
      some.map((name) => api.create(configMaps, configMap(name, {}, { labels: { paged: 'yes' } }))),
    )
  }
  const listed = await api.list(configMaps, { namespace: NAMESPACE, labelSelector: 'paged=yes' })
  t.same(listed.map((one) => one.metadata.name).toSorted(), names.toSorted())
  t.ok(listed.every((one) => one.kind === 'ConfigMap'))
})

t.test('without rights: forbidden, in words that name them', async (t) => {
  await controlPlane.client.request('POST', `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, {
    body: { metadata: { name: 'nobody' } },
  })
  const kubeconfig = await controlPlane.serviceAccountKubeconfig(NAMESPACE, 'nobody')
  const nobody = await connect({ kubeconfig, environment: {}, clock: systemClock, userAgent: 'x' })
  const error = await apiFailure(nobody.api.list(configMaps, { namespace: NAMESPACE }))
  t.ok(error.forbidden)
  t.match(error.message, /serviceaccount:default:nobody" cannot list resource "configmaps"/)
  nobody.close()
})

t.test('an event shows up in kubectl, with its count', async (t) => {
  const about = await api.create(configMaps, configMap('eventful'))
  const troubles: Error[] = []
  const recorder = new Recorder({
    api,
    reporter: { controller: 'mcrouter.example.com/operator', instance: 'operator-0' },
    clock: systemClock,
    random: Math.random,
    onTrouble: (error) => troubles.push(error),
  })
  for (let times = 0; times < 3; times += 1) {
    recorder.record(about, {
      type: 'Warning',
      reason: 'Unlucky',
      action: 'Reconcile',
      note: 'Something with a "quote"',
    })
  }
  recorder.record(about, { type: 'Normal', reason: 'Long', action: 'Reconcile', note: '🐕'.repeat(2_000) })
  await recorder.flush()
  t.same(troubles, [])
  const { stdout } = await controlPlane.kubectl(['describe', 'configmap', 'eventful'])
  t.match(
    stdout,
    /Warning +Unlucky +\S+ \(x3 over \S+\) +mcrouter\.example\.com\/operator.*Something with a "quote"/,
  )
  const ours = (await api.list(events, { namespace: NAMESPACE })).filter(
    ({ reason }) => reason === 'Unlucky' || reason === 'Long',
  )
  t.equal(ours.length, 2)
})

t.test('two electors and one Lease: one leads, and hands over when it stops', async (t) => {
  const begun: string[] = []
  const candidate = (identity: string, as: KubeApi) => {
    const stop = new AbortController()
    const elector = new Elector({
      api: as,
      lease: { namespace: NAMESPACE, name: 'election' },
      identity,
      clock: systemClock,
      random: Math.random,
      onTrouble: (error) => t.fail(error.message),
    })
    const ended = elector.run(async (lost) => {
      begun.push(identity)
      await new Promise<void>((resolve) => {
        for (const signal of [stop.signal, lost])
          signal.addEventListener('abort', () => resolve(), { once: true })
      })
    }, stop.signal)
    return { stop, ended }
  }
  const candidates = { one: candidate('one', api), two: candidate('two', api) }
  await eventually('one leads', () => begun.length === 1)
  const first = begun[0] === 'one' ? candidates.one : candidates.two
  first.stop.abort()
  t.equal(await first.ended, 'released')
  // Without the release it would take 15 s and more.
  await eventually('the other leads', () => begun.length === 2, { withinMs: 12_000 })
  const lease: KubeObject | undefined = await api.get(leases, { namespace: NAMESPACE, name: 'election' })
  t.match(lease?.spec, { holderIdentity: begun[1], leaseDurationSeconds: 15, leaseTransitions: 1 })
  candidates.one.stop.abort()
  candidates.two.stop.abort()
  await Promise.all([candidates.one.ended, candidates.two.ended])
})
