import t, { type Test } from 'tap'
import { ch3 } from '../../routing/ch3.ts'
import { eventually } from '../support/deadline.ts'
import type { TrafficReport } from './agent/traffic.ts'
import { type Client, startClient } from './support/client.ts'
import { kubectlOk, textAt } from './support/cluster.ts'
import { failed } from './support/figures.ts'
import { Mcrouter } from './support/mcrouter.ts'
import { namespace } from './support/namespace.ts'
import { Nodes } from './support/node.ts'
import { installOperator } from './support/operator.ts'
import { underTraffic } from './support/under-traffic.ts'

const NAMESPACE = 'mcrouter-e2e-disturbance'
const SERVERS = 3
/** The clients of underTraffic: each loses at most the one request that is in flight when a router closes its connection. */
const CLIENTS = 8
/** A restarted server takes requests again within seconds; a rolled one waits for its successor to be scheduled. */
const WINDOW_MS = 30_000

let client: Client
let nodes: Nodes
t.before(async () => {
  await namespace(t, NAMESPACE)
  await installOperator(t)
  client = await startClient(NAMESPACE)
  nodes = await Nodes.start(t)
})

for (const topology of ['replicated', 'sharded']) {
  t.test(`${topology} under traffic`, async (t) => {
    const mcrouter = new Mcrouter(NAMESPACE, topology)
    t.teardown(() => kubectlOk(['-n', NAMESPACE, 'delete', 'mcrouter', topology, '--wait=false']))
    await mcrouter.apply({ pool_setup: topology, memcached_pool_size: SERVERS, memcached_memory_mb: 64 })
    await mcrouter.settled()
    await disturb(t, mcrouter)
  })
}

async function disturb(t: Test, mcrouter: Mcrouter) {
  await t.test('a memcached pod is deleted', async (t) => {
    const [, victim = ''] = await mcrouter.pods('memcached')
    const report = await underTraffic(t, client, mcrouter, 'memcached pod deleted', () =>
      lose(mcrouter, victim),
    )
    serverLost(t, mcrouter, report, [1])
  })

  await t.test('a memcached server is killed', async (t) => {
    const [, victim = ''] = await mcrouter.pods('memcached')
    await nodes.prepare(NAMESPACE, victim)
    const report = await underTraffic(t, client, mcrouter, 'memcached server killed', async () => {
      await nodes.kill(NAMESPACE, victim)
      await restarted(mcrouter, 'memcached')
    })
    serverLost(t, mcrouter, report, [1])
  })

  await t.test('a router pod is deleted', async (t) => {
    const [victim = ''] = await mcrouter.pods('mcrouter')
    const report = await underTraffic(t, client, mcrouter, 'router pod deleted', () => lose(mcrouter, victim))
    t.ok(failed(report) <= CLIENTS, 'at most what was in flight')
  })

  await t.test('a router is killed', async (t) => {
    const [victim = ''] = await mcrouter.pods('mcrouter')
    const report = await underTraffic(t, client, mcrouter, 'router killed', async () => {
      await nodes.kill(NAMESPACE, victim)
      await restarted(mcrouter, 'mcrouter')
    })
    within(t, report, WINDOW_MS)
  })

  await t.test('the image of both tiers changes', async (t) => {
    const report = await underTraffic(t, client, mcrouter, 'image change of both tiers', async () => {
      await mcrouter.patch({
        memcached_image: 'memcached:1.6-alpine',
        mcrouter_image: 'devan2502/mcrouter:v0.41.0',
      })
      await mcrouter.settled()
    })
    serverLost(t, mcrouter, report, [0, 1, 2])
  })
}

/** Deletes a pod, and waits until what replaces it is in use. */
async function lose(mcrouter: Mcrouter, pod: string): Promise<void> {
  const uids = async () => {
    const pods = [...(await mcrouter.podObjects('memcached')), ...(await mcrouter.podObjects('mcrouter'))]
    return pods.map((one) => textAt(one, 'metadata.uid'))
  }
  const before = await uids()
  await kubectlOk(['-n', NAMESPACE, 'delete', 'pod', pod])
  await eventually('another pod is there', async () => {
    const after = await uids()
    return after.length === before.length && after.some((uid) => !before.includes(uid))
  })
  await mcrouter.settled()
}

/** Waits until a container of the tier was started again, and all is well. */
async function restarted(mcrouter: Mcrouter, component: 'memcached' | 'mcrouter'): Promise<void> {
  await eventually('it is started again', async () => {
    const pods = await mcrouter.podObjects(component)
    return pods.some((pod) => textAt(pod, 'status.containerStatuses.0.restartCount') !== '0')
  })
  await mcrouter.settled()
}

/** Replicated, nobody notices; sharded, only keys of the servers that went, and not for long. */
function serverLost(t: Test, mcrouter: Mcrouter, report: TrafficReport, ordinals: readonly number[]): void {
  const fromServers = report.failures.filter(({ kind }) => kind !== 'connection')
  if (mcrouter.name === 'replicated') {
    t.strictSame(fromServers, [], 'no request failed')
    return
  }
  const others = fromServers.filter(({ key }) => !ordinals.includes(ch3(key, SERVERS)))
  t.strictSame(others, [], 'only keys of that server failed')
  within(t, report, WINDOW_MS * ordinals.length)
}

function within(t: Test, { failures }: TrafficReport, windowMs: number): void {
  const window = (failures.at(-1)?.at ?? 0) - (failures[0]?.at ?? 0)
  t.ok(window < windowMs, `failures within ${window} ms`)
}
