import t, { type Test } from 'tap'
import { COPY_LABEL, ZONE_LABEL } from '../../schemas/well-known.ts'
import { eventually } from '../../testing/deadline.ts'
import { atPath } from '../support/at.ts'
import { type Client, startClient } from './support/client.ts'
import { get, kubectlOk, list, textAt } from './support/cluster.ts'
import { conditionOf, Mcrouter } from './support/mcrouter.ts'
import { namespace } from './support/namespace.ts'
import { NodeZone } from './support/node-zone.ts'
import { installOperator } from './support/operator.ts'

// The cluster has one node, which is said to be in one zone after the other: so kubelet runs the pods of all. Which router clients of a
// zone are sent to is not shown, as that takes nodes that are in different zones at once.

const NAMESPACE = 'mcrouter-e2e-zones'
const ZONES = ['e2e-a', 'e2e-b'] as const
const [HERE, THERE] = ZONES
const POD = { resources: { requests: { cpu: '5m' } } }
const KEYS = Array.from({ length: 12 }, (_, index) => `user:${index}`)

const cache = new Mcrouter(NAMESPACE, 'cache', 'v1beta1')
let node: NodeZone
let client: Client

t.before(async () => {
  node = await NodeZone.start(t)
  await namespace(t, NAMESPACE)
  await installOperator(t)
  client = await startClient(NAMESPACE)
  await cache.apply(specWith(2))
  await settledInTurn()
})

t.test('each zone has servers and routers of its own', async (t) => {
  for (const [place, zone] of ZONES.entries()) {
    const pods = await podsOf(place)
    const names = pods.map((pod) => textAt(pod, 'metadata.name'))
    const shards = [0, 1].map((shard) => `cache-copy-${place}-${shard}`)
    t.match(names.toSorted(), [...shards, new RegExp(`^cache-mcrouter-${place}-`)])
    for (const pod of pods) t.equal(Object(atPath(pod, 'spec.nodeSelector'))[ZONE_LABEL], zone)
  }
})

t.test('routers write to all zones, and read in their own', async (t) => {
  await written(t, 'both')
  for (const place of ZONES.keys())
    for (const server of await addresses(place, 'memcached')) await overwrite(server, ZONES[place] ?? '')
  t.strictSame(
    await readIn(0),
    KEYS.map(() => HERE),
  )
  t.strictSame(
    await readIn(1),
    KEYS.map(() => THERE),
  )
})

t.test('where the servers of a zone are gone, its routers read elsewhere and go on writing', async (t) => {
  await node.isIn(THERE)
  await kubectlOk(['-n', NAMESPACE, 'delete', 'pods', '-l', ofPlace(0, 'memcached'), '--now'])
  await eventually('they read in the other', async () => (await readIn(0)).every((text) => text === THERE))
  await written(t, 'meanwhile')
  t.strictSame(
    await readIn(1),
    KEYS.map(() => 'meanwhile'),
  )
  await settledInTurn()
})

t.test('a further shard is used once each zone has it', async (t) => {
  await written(t, 'before')
  await node.isIn(THERE)
  await cache.apply(specWith(3))
  await eventually('one zone has it', async () => ready(await podsOf(1)) === 4)
  t.notMatch(await configuration(), /cache-copy-\d-2\./)
  t.equal(conditionOf(await cache.read(), 'Available')?.status, 'True')
  t.strictSame(
    await readIn(1),
    KEYS.map(() => 'before'),
  )
  await settledInTurn()
  for (const place of ZONES.keys()) t.match(await configuration(), `cache-copy-${place}-2.`)
})

function specWith(shards: number): object {
  const memcached = { shards, copies: 2, zones: ZONES, memory: '32Mi', minReadySeconds: 0, pod: POD }
  const router = { replicas: 2, image: 'devan2502/mcrouter:v2026.08.17.00', pod: POD }
  return { memcached, router }
}

/** The node is in each zone in turn until all is as the spec says. */
async function settledInTurn(): Promise<void> {
  await eventually('the spec is what runs in each zone', async () => {
    for (const [place, zone] of ZONES.entries()) {
      await node.isIn(zone)
      await eventually(`all pods of ${zone} are Ready`, async () => {
        const pods = await podsOf(place)
        return pods.length > 0 && ready(pods) === pods.length
      })
    }
    const read = await cache.read()
    const isNew = atPath(read, 'status.observedGeneration') === atPath(read, 'metadata.generation')
    return (
      isNew &&
      conditionOf(read, 'Progressing')?.reason === 'Complete' &&
      conditionOf(read, 'Ready')?.status === 'True'
    )
  })
}

function ofPlace(place: number, component?: string): string {
  const tier = component === undefined ? '' : `,app.kubernetes.io/component=${component}`
  return `app.kubernetes.io/instance=cache,${COPY_LABEL}=${place}${tier}`
}

/** Those that kubelet has not turned away, since it had not heard yet in which zone it is. */
async function podsOf(place: number, component?: string) {
  const pods = await list(['-n', NAMESPACE, 'pods', '-l', ofPlace(place, component)])
  return pods.filter((pod) => textAt(pod, 'status.phase') !== 'Failed')
}

function ready(pods: readonly unknown[]): number {
  return pods.filter((pod) => conditionOf(pod, 'Ready')?.status === 'True').length
}

async function addresses(place: number, component: string): Promise<string[]> {
  return (await podsOf(place, component)).map((pod) => textAt(pod, 'status.podIP'))
}

async function configuration(): Promise<string> {
  return JSON.stringify((await get(['-n', NAMESPACE, 'configmap', 'cache-config']))?.data)
}

/** Every key, through a router of the first zone. */
async function written(t: Test, value: string): Promise<void> {
  const [host = ''] = await addresses(0, 'mcrouter')
  const commands = KEYS.map((key) => ({
    target: { host, port: 5000 },
    command: `set ${key} 0 0 ${value.length}\r\n${value}`,
  }))
  for (const { kind } of await client.talks(commands)) t.equal(kind, 'stored')
}

/** Those keys that a server has. */
async function overwrite(host: string, value: string): Promise<void> {
  const commands = KEYS.map((key) => ({
    target: { host, port: 11211 },
    command: `replace ${key} 0 0 ${value.length}\r\n${value}`,
  }))
  await client.talks(commands)
}

async function readIn(place: number): Promise<string[]> {
  const [host = ''] = await addresses(place, 'mcrouter')
  const commands = KEYS.map((key) => ({ target: { host, port: 5000 }, command: `get ${key}` }))
  return (await client.talks(commands)).map(({ text }) => text)
}
