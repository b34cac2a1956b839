import { setTimeout as delay } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { ch3 } from '../../routing/hash/ch3.ts'
import { eventually } from '../../testing/deadline.ts'
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
const ROUTERS = 2
/** The clients of underTraffic: each loses at most the one request that is in flight when a router closes its connection. */
const CLIENTS = 8
/** A restarted server takes requests again within seconds; a rolled one waits for its successor to be scheduled. */
const WINDOW_MS = 30_000
/** How long a router answers nothing: several times what a client waits for a reply. */
const SILENCE_MS = 10_000
/** What a client of the suite waits for a reply. */
const PATIENCE_MS = 2_000
/** A killed router refuses connections at once, and its clients dial again after each until its endpoint is gone. */
const OUTAGE_FAILURES = 100

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
    serverLost(t, mcrouter, report, { ordinals: [1] })
  })

  await t.test('a memcached server is killed', async (t) => {
    const [, victim = ''] = await mcrouter.pods('memcached')
    await nodes.prepare(NAMESPACE, victim)
    const report = await underTraffic(t, client, mcrouter, 'memcached server killed', async () => {
      await nodes.kill(NAMESPACE, victim)
      await restarted(mcrouter, 'memcached')
    })
    serverLost(t, mcrouter, report, { ordinals: [1] })
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
    t.ok(failed(report) <= OUTAGE_FAILURES, 'at most what each client tried while it was away')
    within(t, report, WINDOW_MS)
  })

  await t.test('a router answers nothing for a while, as when its node is cut off', async (t) => {
    const [victim = ''] = await mcrouter.pods('mcrouter')
    await nodes.prepare(NAMESPACE, victim)
    const report = await underTraffic(t, client, mcrouter, 'router silent for 10 s', async () => {
      await nodes.freeze(NAMESPACE, victim)
      await delay(SILENCE_MS)
      await nodes.thaw(NAMESPACE, victim)
      await mcrouter.settled()
    })
    t.ok(failed(report) > 0, 'its clients notice')
    t.ok(failed(report) <= CLIENTS * (SILENCE_MS / PATIENCE_MS + 1), 'each waits and dials again')
    within(t, report, SILENCE_MS + PATIENCE_MS)
  })

  await t.test('the image of both tiers changes', async (t) => {
    const report = await underTraffic(t, client, mcrouter, 'image change of both tiers', async () => {
      await mcrouter.patch({
        memcached_image: 'memcached:1.6-alpine',
        mcrouter_image: 'devan2502/mcrouter:v0.41.0',
      })
      await mcrouter.settled()
    })
    serverLost(t, mcrouter, report, { ordinals: [0, 1, 2], routers: ROUTERS })
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

/** Replicated, nobody notices, but for connections that a router closes; sharded, only keys of the servers that went, and not for long. */
function serverLost(
  t: Test,
  mcrouter: Mcrouter,
  report: TrafficReport,
  { ordinals, routers = 0 }: { readonly ordinals: readonly number[]; readonly routers?: number },
): void {
  const closed = report.failures.filter(({ kind }) => kind === 'connection')
  t.ok(closed.length <= CLIENTS * routers, `${closed.length} connections were closed by ${routers} routers`)
  const fromServers = report.failures.filter(({ kind }) => kind !== 'connection')
  if (mcrouter.name === 'replicated') {
    t.strictSame(fromServers, [], 'no request failed')
    return
  }
  const others = fromServers.filter(({ key }) => !ordinals.includes(ch3(Buffer.from(key), SERVERS)))
  t.strictSame(others, [], 'only keys of that server failed')
  within(t, report, WINDOW_MS * ordinals.length)
}

function within(t: Test, { failures }: TrafficReport, windowMs: number): void {
  const window = (failures.at(-1)?.at ?? 0) - (failures[0]?.at ?? 0)
  t.ok(window < windowMs, `failures within ${window} ms`)
}
