import { setTimeout as delay } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { eventually } from '../../testing/deadline.ts'
import { atPath } from '../support/at.ts'
import { changesOf } from './crash/changes.ts'
import { type Client, startClient } from './support/client.ts'
import { get, kubectlOk, list, textAt } from './support/cluster.ts'
import { environment } from './support/environment.ts'
import { failed } from './support/figures.ts'
import { Mcrouter } from './support/mcrouter.ts'
import { namespace } from './support/namespace.ts'
import { Nodes } from './support/node.ts'
import { installOperator, SYSTEM } from './support/operator.ts'
import { shell } from './support/shell.ts'
import { CLIENTS, nothingButInFlight, underTraffic } from './support/under-traffic.ts'

const NAMESPACE = 'mcrouter-e2e-crash'
const API_AWAY_MS = 60_000
/** A killed leader's lease runs out after 15 s, and a new pod has to start. */
const RECOVERY_MS = 240_000
const KEYS = 1000
const ROUTERS = 2

const mcrouter = new Mcrouter(NAMESPACE, 'cache')
let client: Client
let nodes: Nodes

t.before(async () => {
  await namespace(t, NAMESPACE)
  await installOperator(t, '--set=rbac.mountCertificates=true')
  await mcrouter.apply({ pool_setup: 'sharded', memcached_pool_size: 2, memcached_memory_mb: 64 })
  await mcrouter.settled()
  client = await startClient(NAMESPACE)
  nodes = await Nodes.start(t)
  for (const name of await reconcilers()) await nodes.prepare(SYSTEM, name)
})

/** How far a scale has come, in what others can see. */
const steps: readonly { from: number; to: number; step: string; reached: () => Promise<boolean> }[] = [
  { from: 2, to: 4, step: 'nothing was done yet', reached: async () => true },
  { from: 4, to: 2, step: 'nothing was done yet', reached: async () => true },
  { from: 2, to: 4, step: 'the servers were asked for', reached: async () => (await replicas()) === 4 },
  { from: 4, to: 2, step: 'the routing was written', reached: async () => (await routed()) === 2 },
  { from: 2, to: 4, step: 'the servers were ready', reached: async () => (await readyServers()) === 4 },
  { from: 4, to: 2, step: 'the routers had confirmed', reached: confirmed },
  { from: 2, to: 4, step: 'the routing was written', reached: async () => (await routed()) === 4 },
  { from: 4, to: 2, step: 'the servers were told to go', reached: async () => (await replicas()) === 2 },
]

for (const { from, to, step, reached } of steps) {
  t.test(`scaling from ${from} to ${to}, both reconcilers are killed when ${step}`, async (t) => {
    const before = await generation()
    const survivors = await survivorsOf(Math.min(from, to))
    const report = await underTraffic(
      t,
      client,
      mcrouter,
      `killed ${from} to ${to} when ${step}`,
      async () => {
        await mcrouter.scale(to)
        await eventually(step, reached, { withinMs: 60_000, everyMs: 20 })
        await killReconcilers()
        await mcrouter.settled(RECOVERY_MS)
      },
    )
    if (to > from) t.equal(failed(report), 0, 'no request failed')
    else nothingButInFlight(t, report)
    await ended(t, to)
    t.equal(await generation(), before + 1, 'the StatefulSet was changed once')
    t.strictSame(await survivorsOf(Math.min(from, to)), survivors, 'no server that stays was restarted')
  })
}

const { stopApi = '', startApi = '' } = environment
t.test(
  'the API server is away for a minute in the middle of a scale',
  { skip: (stopApi === '' || startApi === '') && 'E2E_STOP_API and E2E_START_API are not set' },
  async (t) => {
    const report = await underTraffic(t, client, mcrouter, 'API server away for a minute', async () => {
      await mcrouter.scale(4)
      await shell(stopApi)
      await delay(API_AWAY_MS)
      await shell(startApi)
      await mcrouter.settled(RECOVERY_MS)
    })
    t.equal(failed(report), 0, 'no request failed')
    await ended(t, 4)
  },
)

t.test('both reconcilers are killed while more changes than a number', async (t) => {
  const current = new Mcrouter(NAMESPACE, 'cache', 'v1beta1')
  const keys = { target: { host: mcrouter.host, port: 5000 }, prefix: 'kept', count: KEYS }
  await eventually('every key is stored', async () => (await client.fill(keys)).stored === KEYS, {
    everyMs: 1000,
  })
  const servers = await mcrouter.identities('memcached')
  for (const { what, patch, reached, missing, replacesRouters } of await changesOf(mcrouter, client)) {
    const report = await underTraffic(t, client, mcrouter, `killed when ${what}`, async () => {
      await current.patch(patch)
      await eventually(what, reached, { withinMs: 60_000, everyMs: 20 })
      await killReconcilers()
      await mcrouter.settled(RECOVERY_MS)
    })
    // Each client loses at most the request that is in flight when a router closes its connection.
    t.ok(failed(report) <= (replacesRouters ? CLIENTS * ROUTERS : 0), `${what}: at most what was in flight`)
    await eventually(`${what}: nothing is missing`, async () => (await missing()).length === 0)
    t.strictSame((await client.audit(keys)).counts, { hit: KEYS }, `${what}: no value is lost`)
    t.strictSame(await mcrouter.identities('memcached'), servers, `${what}: no server was restarted`)
  }
})

async function ended(t: Test, servers: number): Promise<void> {
  t.equal(await replicas(), servers)
  t.equal(await routed(), servers)
  await eventually(
    'the servers that went are gone',
    async () => (await mcrouter.pods('memcached')).length === servers,
  )
}

async function replicas(): Promise<number> {
  return Number(atPath(await get(['-n', NAMESPACE, 'statefulset', 'cache-memcached']), 'spec.replicas'))
}

async function readyServers(): Promise<number> {
  return Number(
    atPath(await get(['-n', NAMESPACE, 'statefulset', 'cache-memcached']), 'status.readyReplicas'),
  )
}

async function routed(): Promise<number> {
  const config = await get(['-n', NAMESPACE, 'configmap', 'cache-config'])
  return new Set(textAt(config, 'data').length ? JSON.stringify(config).match(/cache-memcached-\d+/g) : [])
    .size
}

async function confirmed(): Promise<boolean> {
  const status = atPath(await mcrouter.read(), 'status')
  return (await routed()) === 2 && atPath(status, 'config.routers') === '2/2'
}

async function generation(): Promise<number> {
  return Number(atPath(await get(['-n', NAMESPACE, 'statefulset', 'cache-memcached']), 'metadata.generation'))
}

async function survivorsOf(servers: number): Promise<string[]> {
  const pods = await mcrouter.podObjects('memcached')
  const kept = pods.filter((pod) => Number(textAt(pod, 'metadata.name').split('-').at(-1)) < servers)
  return kept
    .map((pod) => `${textAt(pod, 'metadata.uid')} ${textAt(pod, 'status.containerStatuses.0.restartCount')}`)
    .sort()
}

/** Then they are replaced by other pods, which do not wait for longer after every crash as a container does. */
async function killReconcilers(): Promise<void> {
  const names = await reconcilers()
  await Promise.all(names.map((name) => nodes.kill(SYSTEM, name)))
  await kubectlOk(['-n', SYSTEM, 'delete', 'pods', ...names, '--grace-period=0', '--force'])
}

async function reconcilers(): Promise<string[]> {
  const pods = await list(['-n', SYSTEM, 'pods', '-l', 'app.kubernetes.io/component=reconciler'])
  return pods.map((pod) => textAt(pod, 'metadata.name'))
}
