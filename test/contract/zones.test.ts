import t from 'tap'
import {
  configMaps,
  deployments,
  pods,
  statefulSets,
  mcrouters as stored,
} from '../../reconciler/kube/resources.ts'
import { records } from '../../reconciler/observe/untyped.ts'
import type { AskRouters } from '../../reconciler/routers/confirm.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { ZONE_LABEL } from '../../schemas/well-known.ts'
import { eventually } from '../../testing/deadline.ts'
import { at } from '../support/at.ts'
import { startBareCluster } from '../support/bare-cluster.ts'
import { type InProcessReconciler, startReconciler } from '../support/reconciler/index.ts'

t.setTimeout(240_000)
const NAMESPACE = 'zones'
const [A, B, C] = ['eu-1a', 'eu-1b', 'eu-1c'] as const
const TWO = [A, B]
const THREE = [A, B, C]

const cluster = await startBareCluster(t)
const { apply, get, list, kubelet, patch } = cluster
await cluster.createNamespace(NAMESPACE)

/** What routers are found to run. */
let runs: 'published' | 'old' = 'published'
const confirm: AskRouters = async (routers) => routers.map(({ pod }) => ({ pod, runs }))
const start = () =>
  startReconciler(cluster.controlPlane, {
    namespace: NAMESPACE,
    confirm,
    confirmMs: 60_000,
    graceMs: 100,
  })
let reconciler: InProcessReconciler = await start()
t.teardown(() => reconciler.stop())

/** In the way of a process that is killed; the next takes over. */
async function replaceReconciler(): Promise<void> {
  await reconciler.stop('at once')
  reconciler = await start()
}

async function want(shards: number, zones: readonly string[], more: JsonObject = {}): Promise<void> {
  // What a scale has set before is said anew: no webhook sees to it here.
  const counts = { shards, replicas: shards, copies: zones.length, zones }
  const memcached = { ...counts, minReadySeconds: 0, ...more }
  const spec = { memcached, router: { replicas: 4 } }
  await apply(stored, { metadata: { name: 'cache', namespace: NAMESPACE }, spec })
}

const status = async (): Promise<JsonObject> => Object((await get(stored, NAMESPACE, 'cache'))?.status)

async function settled(): Promise<void> {
  await eventually('its newest spec is what runs', async () => {
    const { metadata, status: found } = (await get(stored, NAMESPACE, 'cache')) ?? {}
    const progressing = records(Object(found).conditions).find(({ type }) => type === 'Progressing')
    const isNow = at(found, 'observedGeneration') === at(metadata, 'generation')
    return isNow && progressing?.reason === 'Complete'
  })
}

/** Replicas of workloads, by name. */
async function replicas(resource: typeof statefulSets): Promise<JsonObject> {
  const found = await list(resource, NAMESPACE)
  return Object.fromEntries(
    found.map((one) => [String(at(one, 'metadata', 'name')), at(one, 'spec', 'replicas')]),
  )
}

/** How many servers routers are told of. */
async function routed(): Promise<number> {
  const config = at(await get(configMaps, NAMESPACE, 'cache-config'), 'data', 'config.json')
  const servers = at(JSON.parse(String(config)), 'pools', 'memcached', 'servers')
  return Array.isArray(servers) ? servers.length : 0
}

async function zoneOf(resource: typeof statefulSets, name: string): Promise<unknown> {
  const selector = at(await get(resource, NAMESPACE, name), 'spec', 'template', 'spec', 'nodeSelector')
  return Object(selector)[ZONE_LABEL]
}

const copies = (shards: number, zones: readonly string[]) =>
  Object.fromEntries(zones.map((_, copy) => [`cache-copy-${copy}`, shards]))

t.test('each zone has a copy and routers of its own, and the status counts all of them', async (t) => {
  await want(2, TWO)
  await settled()
  t.strictSame(await replicas(statefulSets), copies(2, TWO))
  t.strictSame(await replicas(deployments), { 'cache-mcrouter-0': 2, 'cache-mcrouter-1': 2 })
  for (const [copy, zone] of TWO.entries()) {
    t.equal(await zoneOf(statefulSets, `cache-copy-${copy}`), zone)
    t.equal(await zoneOf(deployments, `cache-mcrouter-${copy}`), zone)
  }
  t.equal(await routed(), 4)
  const found = await status()
  t.match(found, {
    pools: [{ name: 'main', routedServers: 4, copies: 2, zones: TWO }],
    ready: { servers: '4/4', routers: '4/4' },
    config: { routers: '4/4' },
    replicas: 2,
  })
  const selected = await list(pods, NAMESPACE, String(found.selector))
  t.strictSame(
    selected.map(({ metadata }) => at(metadata, 'name')),
    ['cache-copy-0-0', 'cache-copy-0-1'],
    'a scale counts shards, and selects as many pods',
  )
})

t.test('a further shard is used when it is ready in every zone, whoever goes on with it', async (t) => {
  await kubelet.decide((pod) => (at(pod, 'metadata', 'name') === 'cache-copy-1-2' ? 'pending' : 'ready'))
  await patch(stored, NAMESPACE, 'cache', { spec: { replicas: 3 } }, 'scale')
  await eventually('it is made in both', async () => {
    const found = await replicas(statefulSets)
    return Object.values(found).join() === '3,3'
  })
  await replaceReconciler()
  await eventually('that in the other zone is ready', async () => {
    return at(await status(), 'ready', 'servers') === '5/6'
  })
  t.equal(await routed(), 4)
  await kubelet.decide(() => 'ready')
  await settled()
  t.equal(await routed(), 6)
})

t.test('shards go once the routers of every zone have confirmed', async (t) => {
  runs = 'old'
  await want(1, TWO)
  await eventually('routers are told', async () => (await routed()) === 2)
  await replaceReconciler()
  await eventually('they are asked', async () => at(await status(), 'config', 'routers') === '0/4')
  t.strictSame(await replicas(statefulSets), copies(3, TWO))
  runs = 'published'
  await settled()
  t.strictSame(await replicas(statefulSets), copies(1, TWO))
})

t.test('a zone is appended, and taken away again', async (t) => {
  await want(1, THREE)
  await settled()
  t.strictSame(await replicas(statefulSets), copies(1, THREE))
  t.strictSame(await replicas(deployments), {
    'cache-mcrouter-0': 2,
    'cache-mcrouter-1': 1,
    'cache-mcrouter-2': 1,
  })
  t.equal(await routed(), 3)
  runs = 'old'
  await want(1, TWO)
  await eventually('routers are told', async () => (await routed()) === 2)
  await eventually('they are asked', async () => at(await status(), 'config', 'routers') === '0/4')
  t.strictSame(await replicas(statefulSets), copies(1, THREE), 'a router may use it')
  runs = 'published'
  await settled()
  await eventually('nothing of it is left', async () => {
    const names = [...Object.keys(await replicas(statefulSets)), ...Object.keys(await replicas(deployments))]
    return !names.some((name) => name.endsWith('-2'))
  })
})

t.test('a new template reaches one zone after another', async (t) => {
  await want(2, TWO)
  await settled()
  const memory = async (copy: number) => {
    const container = await get(statefulSets, NAMESPACE, `cache-copy-${copy}`)
    return JSON.stringify(at(container, 'spec', 'template', 'spec')).includes('"-m","128"')
  }
  const uids = async (copy: number) =>
    (await list(pods, NAMESPACE, `mcrouter.example.com/copy=${copy},app.kubernetes.io/component=memcached`))
      .map(({ metadata }) => at(metadata, 'uid'))
      .join()
  const before = await uids(1)
  const isNew = (pod: JsonObject) => JSON.stringify(pod.spec).includes('"-m","128"')
  await kubelet.decide((pod) => (isNew(pod) ? 'pending' : 'ready'))
  await want(2, TWO, { memory: '128Mi' })
  await eventually('a server of the first zone is another one, and not ready', async () => {
    return at(await status(), 'ready', 'servers') === '3/4' && (await memory(0))
  })
  await replaceReconciler()
  await patch(stored, NAMESPACE, 'cache', { metadata: { annotations: { again: 'true' } } })
  await eventually('a pass was made', async () => at(await status(), 'ready', 'servers') === '3/4')
  t.notOk(await memory(1), 'the second zone waits')
  t.equal(await uids(1), before)
  await kubelet.decide(() => 'ready')
  await eventually('both have it', async () => (await memory(0)) && (await memory(1)))
  await settled()
  t.not(await uids(1), before)
  t.strictSame([...reconciler.troubles], [])
})
