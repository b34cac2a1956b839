import t from 'tap'
import {
  configMaps,
  deployments,
  events,
  pods,
  services,
  statefulSets,
} from '../../reconciler/kube/resources.ts'
import type { AskRouters, RouterState } from '../../reconciler/routers/confirm.ts'
import { NUDGE_ANNOTATION } from '../../schemas/well-known.ts'
import { eventually } from '../../testing/deadline.ts'
import { at } from '../support/at.ts'
import { startBareCluster } from '../support/bare-cluster.ts'
import { mcrouters } from '../support/mcrouters.ts'
import { reconciledNamespace } from '../support/reconciler/namespace.ts'

const cluster = await startBareCluster(t)
const { get, list, patch } = cluster
const SERVERS = 'cache-memcached'
const ROUTERS = 'app.kubernetes.io/component=mcrouter'

/** Routers that run what they are told to. */
class Routers {
  /** What a pod is found to run; the published configuration where nothing is said. */
  readonly found = new Map<string, RouterState['runs']>()
  asked = 0
  #all: RouterState['runs'] = 'published'

  /** What every pod runs of which nothing else is said. */
  allRun(runs: RouterState['runs']): void {
    this.#all = runs
    this.found.clear()
  }

  readonly confirm: AskRouters = async (routers) => {
    this.asked += 1
    return routers.map(({ pod }) => {
      const runs = this.found.get(pod) ?? this.#all
      return runs === 'unknown' ? { pod, runs, because: 'no answer within 1000 ms' } : { pod, runs }
    })
  }
}

async function replicas(namespace: string): Promise<unknown> {
  return at(await get(statefulSets, namespace, SERVERS), 'spec', 'replicas')
}

/** Servers in the published configuration. */
async function routed(namespace: string): Promise<number> {
  const config = at(await get(configMaps, namespace, 'cache-config'), 'data', 'config.json')
  return Object.keys(Object(at(JSON.parse(String(config)), 'pools', 'memcached', 'servers'))).length
}

t.test(
  'growing: servers first, the routing once every new one is ready, and no router restarts',
  async (t) => {
    const routers = new Routers()
    const { want, settled, status } = await reconciledNamespace(t, cluster, 'grow', {
      confirm: routers.confirm,
      confirmMs: 60_000,
    })
    await want({ pool_setup: 'sharded' })
    await settled()
    const routerPods = async () =>
      (await list(pods, 'grow', ROUTERS)).map(({ metadata }) => at(metadata, 'uid'))
    const before = await routerPods()
    const generation = at(await get(deployments, 'grow', 'cache'), 'metadata', 'generation')

    const held = `${SERVERS}-3`
    await cluster.kubelet.decide((pod) => (at(pod, 'metadata', 'name') === held ? 'pending' : 'ready'))
    await patch(mcrouters, 'grow', 'cache', { spec: { replicas: 4 } }, 'scale')
    await eventually(
      'one of the new servers is ready',
      async () => at(await status(), 'ready', 'servers') === '3/4',
    )
    t.equal(await replicas('grow'), 4)
    t.equal(await routed('grow'), 2, 'the routing waits for the other')
    t.match(
      JSON.stringify(await status()),
      /To 4 servers: waiting for server 3 to be ready[^;]*; routers use 2/,
    )

    await cluster.kubelet.decide(() => 'ready')
    await eventually('routers use all', async () => (await routed('grow')) === 4)
    await settled()
    t.strictSame(await routerPods(), before)
    t.equal(at(await get(deployments, 'grow', 'cache'), 'metadata', 'generation'), generation)
  },
)

t.test('shrinking: the routing first, confirmed by every router, then the servers', async (t) => {
  const routers = new Routers()
  const options = { confirm: routers.confirm, confirmMs: 60_000, graceMs: 500 }
  const { want, settled, status, reason } = await reconciledNamespace(t, cluster, 'shrink', options)
  await want({ memcached_pool_size: 4 })
  await settled()
  const since = at(await status(), 'config', 'since')
  t.match(await status(), { config: { routers: '2/2', since: String } })
  t.equal(await reason('ConfigApplied'), 'Confirmed')

  routers.allRun('old')
  await want({ memcached_pool_size: 2 })
  await eventually('routers are told', async () => (await routed('shrink')) === 2)
  await eventually('they are behind', async () => at(await status(), 'config', 'routers') === '0/2')
  t.equal(await replicas('shrink'), 4)
  t.equal(await reason('ConfigApplied'), 'Waiting')
  t.equal(await reason('Progressing'), 'Shrinking')
  t.equal(at(await status(), 'config', 'since'), undefined)
  const [first, second] = await list(pods, 'shrink', ROUTERS)
  const digest = at(await status(), 'config', 'digest')
  await eventually('kubelet is nudged', async () => {
    const nudged = (await list(pods, 'shrink', ROUTERS)).map(({ metadata }) =>
      at(metadata, 'annotations', NUDGE_ANNOTATION),
    )
    return nudged.every((value) => String(value).startsWith(`${digest} `))
  })

  routers.allRun('published')
  routers.found.set(String(at(second, 'metadata', 'name')), 'old')
  await eventually('one has it', async () => at(await status(), 'config', 'routers') === '1/2')
  t.notMatch(
    JSON.stringify(at(await status(), 'conditions')),
    `${at(first, 'metadata', 'name')} runs an older`,
  )
  t.match(
    JSON.stringify(at(await status(), 'conditions')),
    `${at(second, 'metadata', 'name')} runs an older configuration`,
  )
  t.equal(await replicas('shrink'), 4)

  routers.allRun('published')
  await eventually('the servers go', async () => (await replicas('shrink')) === 2)
  await settled()
  t.match(await status(), { config: { routers: '2/2' } })
  t.not(at(await status(), 'config', 'since'), since)
  const asked = routers.asked
  await patch(mcrouters, 'shrink', 'cache', { metadata: { labels: { touched: 'yes' } } })
  await patch(services, 'shrink', 'cache', { metadata: { labels: { 'app.kubernetes.io/part-of': 'web' } } })
  const label = async () =>
    at(await get(services, 'shrink', 'cache'), 'metadata', 'labels', 'app.kubernetes.io/part-of')
  await eventually('passes were made', async () => (await label()) === 'mcrouter')
  t.equal(routers.asked, asked, 'once confirmed, nobody is asked any more')
})

t.test(
  'a router that does not confirm in time: shrinking waits and says so, unless it may go on',
  async (t) => {
    const routers = new Routers()
    const options = { confirm: routers.confirm, confirmMs: 1_000, graceMs: 0 }
    const { want, settled, status, reason } = await reconciledNamespace(t, cluster, 'late', options)
    await want({ memcached_pool_size: 3 })
    await settled()

    routers.allRun('unknown')
    await want({ memcached_pool_size: 2 })
    await eventually('it waits', async () => (await reason('Progressing')) === 'WaitingForRouters')
    t.equal(await reason('Degraded'), 'ConfigUnconfirmed')
    t.equal(await reason('ConfigApplied'), 'Unreachable')
    t.match(JSON.stringify(await status()), /cannot be asked: no answer within 1000 ms/)
    t.equal(await replicas('late'), 3)
    const said = async (word: string) => (await list(events, 'late')).some(({ reason: why }) => why === word)
    await eventually('there is an event', () => said('ShrinkWaits'))

    routers.allRun('refused')
    await eventually('it is said why', async () => (await reason('ConfigApplied')) === 'Refused', {
      withinMs: 40_000,
    })
    await eventually('there is another event', () => said('ConfigRefused'))

    // Growing goes on all the same.
    await want({ memcached_pool_size: 4 })
    await eventually('it has grown', async () => (await routed('late')) === 4)
    await want({ memcached_pool_size: 2 })
    await eventually('it waits again', async () => (await reason('Progressing')) === 'WaitingForRouters')
    t.equal(await replicas('late'), 4)

    const annotations = { 'mcrouter.example.com/shrink-unconfirmed': 'true' }
    await patch(mcrouters, 'late', 'cache', { metadata: { annotations } })
    await eventually('it may go on', async () => (await replicas('late')) === 2)
  },
)

t.test('a change of mind halfway ends right: 2 → 5 → 3', async (t) => {
  const routers = new Routers()
  const options = { confirm: routers.confirm, confirmMs: 60_000, graceMs: 0 }
  const { want, settled, status } = await reconciledNamespace(t, cluster, 'mind', options)
  await want({})
  await settled()
  await cluster.kubelet.decide((pod) =>
    /-memcached-[34]$/.test(String(at(pod, 'metadata', 'name'))) ? 'pending' : 'ready',
  )
  await want({ memcached_pool_size: 5 })
  await eventually('it is halfway', async () => at(await status(), 'ready', 'servers') === '3/5')
  t.equal(await routed('mind'), 2)
  await want({ memcached_pool_size: 3 })
  await eventually('it is there', async () => (await replicas('mind')) === 3 && (await routed('mind')) === 3)
  await settled()
  await cluster.kubelet.decide(() => 'ready')
})

// What the next step is built on is this pass's own write, of which no other event tells.
t.test('a scale goes on where nothing happens but a change of the spec', async (t) => {
  const soon = { withinMs: 30_000 }
  const { want } = await reconciledNamespace(t, cluster, 'regret', { graceMs: 600_000, confirmMs: 600_000 })
  await want({ memcached_pool_size: 4 })
  await eventually('four are ready', async () => {
    return at(await get(statefulSets, 'regret', SERVERS), 'status', 'readyReplicas') === 4
  })
  await want({ memcached_pool_size: 2 })
  await eventually('two are routed to', async () => (await routed('regret')) === 2)
  await want({ memcached_pool_size: 4 })
  await eventually('four are routed to again', async () => (await routed('regret')) === 4, soon)
  t.equal(await replicas('regret'), 4)

  const routers = new Routers()
  const other = await reconciledNamespace(t, cluster, 'another', { confirm: routers.confirm, graceMs: 5_000 })
  await other.want({ memcached_pool_size: 4 })
  await other.settled()
  await other.want({ memcached_pool_size: 2 })
  await eventually('two are routed to', async () => (await routed('another')) === 2)
  await other.want({ memcached_pool_size: 2, mcrouter_replicas: 3 })
  await eventually('two are left', async () => (await replicas('another')) === 2, soon)
})
