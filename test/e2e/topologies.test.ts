import t, { type Test } from 'tap'
import { keysOf, type Topology } from '../../build/topologies/topology.ts'
import { destinations } from '../../routing/explain/destinations.ts'
import type { ClientOperation } from '../../routing/explain/request.ts'
import { eventually } from '../../testing/deadline.ts'
import { keyOf } from './agent/keys.ts'
import { startClient } from './support/client.ts'
import { apply, get } from './support/cluster.ts'
import { namespace } from './support/namespace.ts'
import { Nodes } from './support/node.ts'
import { installOperator } from './support/operator.ts'
import { targetOf } from './support/topologies.ts'
import { changedByConsent } from './topologies/consent.ts'
import { serversKilled } from './topologies/killed.ts'
import { hostsOf, othersAreAsTheyWere, othersOf, stateOfOthers } from './topologies/others.ts'
import { gutterRemoved, oldPoolRemoved, poolsOfPrefixes } from './topologies/pools.ts'
import { holdersOf, KEYS, keysWith, Stage } from './topologies/stage.ts'

// The topologies of docs/topologies side by side: where their keys are, what the pages say of servers that are not there, and how
// their pools change.

const NAMESPACE = 'mcrouter-e2e-topologies'
const QUESTIONS = 10_000
const OPERATIONS: readonly ClientOperation[] = ['get', 'set', 'add', 'delete', 'incr']

/** The pod of a server that hangs for a while, by example. */
const VICTIMS: ReadonlyMap<string, string> = new Map([
  ['replicated', 'sessions-memcached-1'],
  ['ask-copies', 'profiles-memcached-1'],
  ['shards-of-replicas', 'catalog-memcached-1'],
  ['gutter', 'feeds-memcached-1'],
  ['prefixes', 'shop-memcached-users-1'],
])

let stage: Stage
let others: unknown[]

t.before(async () => {
  await namespace(t, NAMESPACE)
  const [client, nodes] = await Promise.all([
    startClient(NAMESPACE),
    Nodes.start(t),
    installOperator(t),
    apply(othersOf(NAMESPACE)),
  ])
  stage = new Stage(NAMESPACE, client, nodes)
  await stage.each((example) => example.apply())
  await stage.each(({ mcrouter }) => mcrouter.settled())
  others = await stateOfOthers(NAMESPACE)
})

t.test('routers ask the servers that are explained', async (t) => {
  await stage.each(async (example, name) => {
    const prefixes = prefixesOf(example.topology).map((prefix) => `${prefix}route`)
    const answers = await stage.client.routes({
      target: example.target,
      prefixes,
      count: QUESTIONS,
      operations: OPERATIONS,
    })
    const wrong = answers.filter((answer, index) => {
      const operation = OPERATIONS[index % OPERATIONS.length] ?? 'get'
      const key = keyOf(prefixes[index % prefixes.length] ?? '', index)
      return destinations(example.topology.explain(operation, key)).join('\r\n') !== answer
    })
    t.equal(answers.length, QUESTIONS, name)
    t.strictSame(wrong.slice(0, 5), [], `${name}: ${wrong.length} answers differ`)
    if (name !== 'prefixes') return
    for (const pool of example.topology.mcrouter.pools) {
      const [server] = example.servers(pool.name)
      t.ok(
        answers.some((answer) => answer.includes(server?.host ?? '-')),
        `${pool.name} is asked`,
      )
    }
  })
})

t.test('keys are on the servers that are explained, and on no other', async (t) => {
  await stage.each(async (example, name) => {
    const prefixes = prefixesOf(example.topology).map((prefix) => `${prefix}placed-${name}`)
    const pools = example.topology.mcrouter.pools.map((pool) => pool.name)
    for (const prefix of prefixes) {
      const set = { target: example.target, prefix, count: KEYS }
      t.strictSame(await stage.client.fill(set), { stored: KEYS }, prefix)
      const holders = new Map(keysWith(prefix).map((key) => [key, holdersOf(example, key)]))
      for (const target of pools.flatMap((pool) => example.servers(pool))) {
        const server = `${target.host}:${target.port}`
        const expected = keysWith(prefix).filter((key) => !holders.get(key)?.has(server))
        const { missed } = await stage.client.audit({ ...set, target })
        t.strictSame(missed.toSorted(), expected.toSorted(), `${prefix}: ${server}`)
      }
    }
  })
})

t.test('servers that hang', async (t) => {
  t.jobs = VICTIMS.size
  for (const pod of VICTIMS.values()) await stage.nodes.prepare(NAMESPACE, pod)
  await Promise.all([
    ...['replicated', 'ask-copies', 'shards-of-replicas'].map((name) =>
      t.test(`${name}: everything is read`, { buffered: true }, (t) => readWithout(t, name)),
    ),
    t.test('gutter: what is set meanwhile is read', { buffered: true }, gutterTakesOver),
    t.test('prefixes: other pools go on', { buffered: true }, otherPoolsGoOn),
  ])
})

t.test('what a new cache does not have is read from the old one, and copied', async (t) => {
  const example = stage.the('warm-up')
  const keys = { prefix: 'moving', count: KEYS }
  // An application that knows the old cache alone.
  await stage.client.fill({ target: stage.the('external').target, ...keys })
  t.strictSame((await stage.client.audit({ target: example.target, ...keys })).counts, { hit: KEYS })
  await eventually('all of it is copied', async () => {
    const audits = await Promise.all(
      example.servers().map((target) => stage.client.audit({ target, ...keys })),
    )
    return audits.reduce((sum, { counts }) => sum + (counts.hit ?? 0), 0) === KEYS
  })
})

t.test('servers of others are as they were', async (t) => {
  await othersAreAsTheyWere(t, NAMESPACE, others)
  t.match(others, [{ labels: { app: 'others' }, restarts: '0', ownerReferences: undefined }])
  const { name } = stage.the('external').mcrouter
  t.equal(await get(['-n', NAMESPACE, 'statefulset', `${name}-memcached`]), undefined)
  const keys = { prefix: 'placed-external', count: KEYS }
  const audits = await Promise.all(
    hostsOf(NAMESPACE).map((host) => stage.client.audit({ target: targetOf(`${host}:11211`), ...keys })),
  )
  t.equal(
    audits.reduce((sum, { counts }) => sum + (counts.hit ?? 0), 0),
    KEYS,
    'with all that they had',
  )
})

t.test('servers that are killed', async (t) => {
  t.jobs = stage.examples.size
  await stage.each(async (example, name) => {
    const keys = name === 'external' ? [keyBesideOld()] : keysOf(example.topology)
    await t.test(`${name}: clients are answered as its page says`, { buffered: true }, (t) =>
      serversKilled(t, stage, name, keys),
    )
  })
})

t.test('under traffic', async (t) => {
  t.jobs = 4
  await stage.each(({ mcrouter }) => mcrouter.carriedOut())
  await Promise.all([
    t.test(
      'a pool grows, shrinks, is removed, and one is added: no key of another moves',
      { buffered: true },
      (t) => poolsOfPrefixes(t, stage),
    ),
    t.test('a gutter is removed with its pool, and no key moves', { buffered: true }, (t) =>
      gutterRemoved(t, stage),
    ),
    t.test('the old pool of a warm-up is removed, and what was copied stays', { buffered: true }, (t) =>
      oldPoolRemoved(t, stage),
    ),
    t.test('what moves keys is asked about, and moves those that it said', { buffered: true }, (t) =>
      changedByConsent(t, stage),
    ),
  ])
})

async function readWithout(t: Test, name: string): Promise<void> {
  const example = stage.the(name)
  const keys = { target: example.target, prefix: `read-${name}`, count: KEYS }
  await stage.client.fill(keys)
  await hung(name, async () => {
    t.strictSame((await stage.client.audit(keys)).counts, { hit: KEYS })
  })
}

async function gutterTakesOver(t: Test): Promise<void> {
  const example = stage.the('gutter')
  const keys = { target: example.target, prefix: 'sheltered', count: KEYS }
  await stage.client.fill(keys)
  const [, victim = { host: '', port: 0 }] = example.servers()
  const server = `${victim.host}:${victim.port}`
  const own = Array.from({ length: KEYS }, (_, index) => keyOf(keys.prefix, index)).filter(
    (key) => destinations(example.topology.explain('get', key))[0] === server,
  )
  await hung('gutter', async () => {
    await eventually('its keys are misses, and nothing else', async () => {
      const { missed, counts } = await stage.client.audit(keys)
      return counts.miss === own.length && missed.toSorted().join() === own.toSorted().join()
    })
    t.strictSame(await stage.client.fill(keys), { stored: KEYS })
    t.strictSame((await stage.client.audit(keys)).counts, { hit: KEYS })
  })
  t.ok(own.length > KEYS / 4)
}

async function otherPoolsGoOn(t: Test): Promise<void> {
  const example = stage.the('prefixes')
  const others = ['page', 'lock:'].map((prefix) => ({
    target: example.target,
    prefix: `${prefix}beside`,
    count: KEYS,
  }))
  for (const keys of others) await stage.client.fill(keys)
  await hung('prefixes', async () => {
    for (const keys of others)
      t.strictSame((await stage.client.audit(keys)).counts, { hit: KEYS }, keys.prefix)
  })
}

async function hung(name: string, meanwhile: () => Promise<void>): Promise<void> {
  const pod = VICTIMS.get(name) ?? ''
  await stage.nodes.freeze(NAMESPACE, pod)
  try {
    await meanwhile()
  } finally {
    await stage.nodes.thaw(NAMESPACE, pod)
  }
}

/** Of keys of each of its pools that prefixes choose. */
function prefixesOf({ mcrouter: { prefixes } }: Topology): string[] {
  return ['', ...prefixes.map(({ prefix }) => prefix)]
}

/** A key of the servers of others whose server is not that of the warm-up's key, which is killed at the same time. */
function keyBesideOld(): string {
  const old = stage.the('warm-up')
  const taken = new Set(keysOf(old.topology).flatMap((key) => [...holdersOf(old, key)]))
  const key = keysWith('beside').find((one) =>
    [...holdersOf(stage.the('external'), one)].every((server) => !taken.has(server)),
  )
  if (key === undefined) throw new Error('all keys are on one server')
  return key
}
