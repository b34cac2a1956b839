import t from 'tap'
import {
  configMaps,
  deployments,
  events,
  networkPolicies,
  podDisruptionBudgets,
  pods,
  services,
} from '../../reconciler/kube/resources.ts'
import { render } from '../../render/index.ts'
import { KINDS } from '../../render/kinds.ts'
import { judge } from '../../schemas/validation/judge.ts'
import { ACCESS_ANNOTATION, GENERATION_ANNOTATION } from '../../schemas/well-known.ts'
import { eventually } from '../../testing/deadline.ts'
import { at } from '../support/at.ts'
import { startBareCluster } from '../support/bare-cluster.ts'
import { mcrouters } from '../support/mcrouters.ts'
import { startReconciler } from '../support/reconciler/index.ts'
import { reconciledNamespace } from '../support/reconciler/namespace.ts'

const cluster = await startBareCluster(t)
const { get, list, patch, remove } = cluster
const CONFIG = 'cache-config'
const SERVERS = 'cache-memcached'
const WALLED = { metadata: { annotations: { [ACCESS_ANNOTATION]: '[{"podSelector":{}}]' } } }

t.test(
  'a Mcrouter becomes what /render shows of it, owned by it, in one request for each object',
  async (t) => {
    const { want, settled, requests } = await reconciledNamespace(t, cluster, 'created')
    const stored = await want({ pool_setup: 'sharded', memcached_pool_size: 3 })
    await settled()

    const judgement = judge(stored)
    if (!judgement.accepted) throw new Error('not accepted')
    const { manifests } = render(judgement.mcrouter, { clusterDomain: 'cluster.local' })
    const sent = (await requests()).filter(({ object }) => object.resource !== 'mcrouters')
    t.equal(sent.length, manifests.length, 'no object needed a second request')
    const uid = at(stored, 'metadata', 'uid')
    for (const manifest of manifests) {
      const { kind, metadata } = manifest
      const request = sent.find(
        ({ requestObject }) =>
          requestObject?.kind === kind && at(requestObject, 'metadata', 'name') === metadata.name,
      )
      const {
        ownerReferences,
        resourceVersion: _,
        annotations,
        ...sentMetadata
      } = Object(request?.requestObject?.metadata)
      t.strictSame(
        { ...request?.requestObject, metadata: sentMetadata },
        manifest,
        `${kind} ${metadata.name}`,
      )
      const { [GENERATION_ANNOTATION]: planned = '1', ...others } = Object(annotations)
      t.strictSame(others, {}, 'but for the spec that it was planned from')
      t.equal(planned, '1')
      t.match(ownerReferences, [{ kind: 'Mcrouter', name: 'cache', uid, controller: true }])
    }
  },
)

t.test(
  'an object that is as it should be costs no write, also for a reconciler that has just started',
  async (t) => {
    const { want, settled, requests } = await reconciledNamespace(t, cluster, 'unchanged')
    // Quantities that the API server writes differently, and lists and maps that it drops.
    await want({
      memcached_resources: { limits: { memory: '1024Mi', cpu: '0.5' } },
      tolerations: [],
      node_selector: {},
    })
    await settled()
    const before = (await requests()).length
    const another = await startReconciler(cluster.controlPlane, { namespace: 'unchanged' })
    await patch(mcrouters, 'unchanged', 'cache', { metadata: { labels: { touched: 'yes' } } })
    // Passes follow their causes: once this drift is gone, all that came before has been looked at.
    await patch(deployments, 'unchanged', 'cache', { spec: { replicas: 5 } })
    await eventually('a drift is corrected', async () => {
      return at(await get(deployments, 'unchanged', 'cache'), 'spec', 'replicas') === 2
    })
    await another.stop()
    const writes = (await requests()).slice(before).filter(({ verb, code }) => verb !== 'get' && code < 400)
    t.ok(writes.length > 0)
    for (const { object } of writes) t.match(object.resource, /^(deployments|mcrouters)$/)
  },
)

t.test('drift is undone at once, and it is said whose it was', async (t) => {
  const { want, settled } = await reconciledNamespace(t, cluster, 'drift')
  await want({})
  await settled()
  // A second or two; nothing but the watch would notice it before the next full look ten minutes later.
  const within = { withinMs: 20_000 }
  const component = 'app.kubernetes.io/component'
  const managedBy = 'app.kubernetes.io/managed-by'

  await patch(services, 'drift', 'cache', { spec: { selector: { [component]: 'web' } } })
  const selector = async () => at(await get(services, 'drift', 'cache'), 'spec', 'selector', component)
  await eventually('the selector is back', async () => (await selector()) === 'mcrouter', within)

  await patch(configMaps, 'drift', CONFIG, { data: { 'config.json': '{}' } })
  const config = async () => String(at(await get(configMaps, 'drift', CONFIG), 'data', 'config.json'))
  await eventually('the configuration is back', async () => (await config()).includes('"pools"'), within)

  await patch(podDisruptionBudgets, 'drift', 'cache', { metadata: { labels: { [managedBy]: null } } })
  const label = async () =>
    at(await get(podDisruptionBudgets, 'drift', 'cache'), 'metadata', 'labels', managedBy)
  await eventually('labels by which it is found are back', async () => (await label()) !== undefined, within)

  const said = (await list(events, 'drift')).filter(({ reason }) => reason === 'DriftCorrected')
  const notes = said.map(({ note }) => note)
  t.ok(notes.includes('Service cache was changed by somebody; restored spec.selector'), notes.join())
})

t.test('a deleted object comes back', async (t) => {
  const { want, settled } = await reconciledNamespace(t, cluster, 'lost')
  await want({})
  await patch(mcrouters, 'lost', 'cache', WALLED)
  await settled()
  await eventually('policies are there', async () => (await list(networkPolicies, 'lost')).length === 2)
  const tried = new Set<string>()
  for (const resource of KINDS.values()) {
    const [victim] = await list(resource, 'lost', 'app.kubernetes.io/managed-by=mcrouter-operator')
    if (victim === undefined) continue
    const { name, uid } = Object(victim.metadata)
    tried.add(resource.kind)
    await remove(resource, 'lost', name)
    await eventually(`${resource.kind} ${name} is back`, async () => {
      const now = at(await get(resource, 'lost', name), 'metadata', 'uid')
      return now !== undefined && now !== uid
    })
  }
  const others = [...KINDS.values()].filter(({ kind }) => !tried.has(kind)).map(({ kind }) => kind)
  t.same(others.toSorted(), ['DaemonSet', 'HorizontalPodAutoscaler'], 'which it does not have')
})

t.test('NetworkPolicies come and go with what says who may connect', async (t) => {
  const { want, settled, reason, requests } = await reconciledNamespace(t, cluster, 'walled')
  await want({})
  await settled()
  const annotate = (text: string | null) =>
    patch(mcrouters, 'walled', 'cache', { metadata: { annotations: { [ACCESS_ANNOTATION]: text } } })
  const clients = async () =>
    at(await get(networkPolicies, 'walled', 'cache'), 'spec', 'ingress', 0, 'from', 0, 'podSelector')
  t.strictSame(await list(networkPolicies, 'walled'), [])
  await annotate('[{"podSelector":{"matchLabels":{"uses-cache":"true"}}}]')
  await eventually('both tiers have one', async () => (await list(networkPolicies, 'walled')).length === 2)
  t.same(await clients(), { matchLabels: { 'uses-cache': 'true' } })
  t.match(await get(networkPolicies, 'walled', SERVERS), {
    metadata: { ownerReferences: [{ kind: 'Mcrouter', name: 'cache' }] },
    spec: { policyTypes: ['Ingress', 'Egress'], egress: undefined },
  })
  await settled()

  await annotate('everybody')
  await eventually('it is refused', async () => (await reason('Accepted')) === 'Invalid')
  t.same(await clients(), { matchLabels: { 'uses-cache': 'true' } }, 'and what holds goes on holding')
  await annotate('[{"podSelector":{"matchLabels":{"uses-cache":"false"}}}]')
  await eventually('it is changed', async () => JSON.stringify(await clients()).includes('"false"'))
  await annotate(null)
  await eventually('none is left', async () => (await list(networkPolicies, 'walled')).length === 0)
  const writes = (await requests()).filter(({ object }) => object.resource === 'networkpolicies')
  t.strictSame(
    writes.map(({ verb }) => verb),
    ['patch', 'patch', 'patch', 'delete', 'delete'],
    'each was written as often as it changed',
  )
})

t.test('what others own is left to them', async (t) => {
  const { want, settled } = await reconciledNamespace(t, cluster, 'shared')
  await want({})
  await settled()
  const extra = { metadata: { annotations: { 'example.com/note': 'mine' }, labels: { team: 'a' } } }
  await patch(services, 'shared', SERVERS, extra)
  await want({ memcached_port: 11_212 })
  await eventually('the port has changed', async () => {
    return at(await get(services, 'shared', SERVERS), 'spec', 'ports', 0, 'port') === 11_212
  })
  t.match(await get(services, 'shared', SERVERS), extra)
})

t.test('deleting a Mcrouter removes everything, and nothing comes back', async (t) => {
  const { want, settled, children, requests } = await reconciledNamespace(t, cluster, 'deleted')
  await want({})
  await settled()
  await remove(mcrouters, 'deleted', 'cache')
  await eventually(
    'all is gone',
    async () => (await children()).length + (await list(pods, 'deleted')).length === 0,
  )
  t.equal((await requests()).filter(({ code }) => code === 201).length, 7, 'nothing was made twice')
})

t.test('Mcrouters in a namespace do not see each other, whatever their names', async (t) => {
  const { want, settled, status, reason } = await reconciledNamespace(t, cluster, 'two')
  await want({ pool_setup: 'sharded' }, 'a')
  await want({ memcached_pool_size: 3 }, 'b')
  await settled('a')
  await settled('b')
  t.match(await status('a'), { readyServers: 2 })
  t.match(await status('b'), { readyServers: 3 })
  // Its router Service would have the name of the memcached Service of `a`.
  await want({}, 'a-memcached')
  await eventually(
    'it is in the way',
    async () => (await reason('Degraded', 'a-memcached')) === 'NameConflict',
  )
  t.match(JSON.stringify(await status('a-memcached')), /Service two\/a-memcached of Mcrouter a is in the way/)
  t.equal(await reason('Degraded', 'a'), 'AsExpected')
})
