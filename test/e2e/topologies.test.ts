import t, { type Test } from 'tap'
import { destinations } from '../../routing/explain/destinations.ts'
import type { ClientOperation } from '../../routing/explain/request.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { eventually } from '../../testing/deadline.ts'
import { keyOf } from './agent/keys.ts'
import { type Client, startClient } from './support/client.ts'
import { apply, get, textAt } from './support/cluster.ts'
import { failed, figure, percent } from './support/figures.ts'
import { namespace } from './support/namespace.ts'
import { Nodes } from './support/node.ts'
import { installOperator } from './support/operator.ts'
import { type Example, examples, targetOf } from './support/topologies.ts'

// The topologies of docs/topologies side by side: where their keys are, and what the pages say of servers that are not there.

const NAMESPACE = 'mcrouter-e2e-topologies'
const QUESTIONS = 10_000
const OPERATIONS: readonly ClientOperation[] = ['get', 'set', 'add', 'delete', 'incr']
const KEYS = 400
/** Those of others, which two examples share: to one they are its cache, to the other its old one. */
const OTHERS = ['others-0', 'others-1']
const HOSTS = OTHERS.map((name) => `${name}.others.${NAMESPACE}.svc.cluster.local`)

/** The pod of a server that hangs for a while, by example. */
const VICTIMS: ReadonlyMap<string, string> = new Map([
  ['replicated', 'sessions-memcached-1'],
  ['ask-copies', 'profiles-memcached-1'],
  ['shards-of-replicas', 'catalog-memcached-1'],
  ['gutter', 'feeds-memcached-1'],
  ['prefixes', 'shop-memcached-users-1'],
])

let client: Client
let nodes: Nodes
let all: ReadonlyMap<string, Example>

t.before(async () => {
  await namespace(t, NAMESPACE)
  await Promise.all([
    installOperator(t),
    apply(servers()),
    startClient(NAMESPACE).then((started) => (client = started)),
    Nodes.start(t).then((started) => (nodes = started)),
  ])
  all = examples(NAMESPACE, HOSTS)
  await Promise.all([...all.values()].map((example) => example.apply()))
  await Promise.all([...all.values()].map(({ mcrouter }) => mcrouter.settled()))
})

t.test('routers ask the servers that are explained', async (t) => {
  await each(async (example, name) => {
    const prefix = `${prefixOf(name)}route`
    const answers = await client.routes({
      target: example.target,
      prefix,
      count: QUESTIONS,
      operations: OPERATIONS,
    })
    const wrong = answers.filter((answer, index) => {
      const operation = OPERATIONS[index % OPERATIONS.length] ?? 'get'
      return destinations(example.topology.explain(operation, keyOf(prefix, index))).join('\r\n') !== answer
    })
    t.equal(answers.length, QUESTIONS, name)
    t.strictSame(wrong.slice(0, 5), [], `${name}: ${wrong.length} answers differ`)
  })
})

t.test('keys are on the servers that are explained, and on no other', async (t) => {
  await each(async (example, name) => {
    const prefix = `${prefixOf(name)}placed-${name}`
    t.strictSame(await client.fill({ target: example.target, prefix, count: KEYS }), { stored: KEYS }, name)
    const keys = Array.from({ length: KEYS }, (_, index) => keyOf(prefix, index))
    const pools = example.topology.mcrouter.pools.map((pool) => pool.name)
    const holders = new Map(
      keys.map((key) => [key, new Set(destinations(example.topology.explain('set', key)))]),
    )
    for (const target of pools.flatMap((pool) => example.servers(pool))) {
      const server = `${target.host}:${target.port}`
      const expected = keys.filter((key) => !holders.get(key)?.has(server))
      const { missed } = await client.audit({ target, prefix, count: KEYS })
      t.strictSame(missed.toSorted(), expected.toSorted(), `${name}: ${server}`)
    }
  })
})

t.test('servers that hang', async (t) => {
  for (const pod of VICTIMS.values()) await nodes.prepare(NAMESPACE, pod)
  await Promise.all([
    ...['replicated', 'ask-copies', 'shards-of-replicas'].map((name) =>
      t.test(`${name}: everything is read`, { buffered: true }, (t) => readWithout(t, name)),
    ),
    t.test('gutter: what is set meanwhile is read', { buffered: true }, gutterTakesOver),
    t.test('prefixes: other pools go on', { buffered: true }, otherPoolsGoOn),
  ])
})

t.test('what a new cache does not have is read from the old one, and copied', async (t) => {
  const example = the('warm-up')
  const keys = { prefix: 'moving', count: KEYS }
  // An application that knows the old cache alone.
  await client.fill({ target: the('external').target, ...keys })
  t.strictSame((await client.audit({ target: example.target, ...keys })).counts, { hit: KEYS })
  await eventually('all of it is copied', async () => {
    const audits = await Promise.all(example.servers().map((target) => client.audit({ target, ...keys })))
    return audits.reduce((sum, { counts }) => sum + (counts.hit ?? 0), 0) === KEYS
  })
})

t.test('a pool grows and shrinks, and no key of another moves', async (t) => {
  const example = the('prefixes')
  const { pools } = example.spec
  const withShards = (shards: number) => ({
    pools: (Array.isArray(pools) ? pools : []).map((pool) =>
      textAt(pool, 'name') === 'users' ? { ...pool, shards } : pool,
    ),
  })
  const others = ['page', 'lock:'].map((prefix) => ({
    target: example.target,
    prefix: `${prefix}stays`,
    count: KEYS,
  }))
  const users = { target: example.target, prefix: 'user:moves', count: KEYS }
  for (const keys of [...others, users]) await client.fill(keys)
  for (const shards of [3, 2]) {
    const traffic = { target: example.target, keys: 500, clients: 4, pauseMs: 5 }
    await Promise.all(
      ['user:', 'page:'].map((prefix) => client.start(prefix, { ...traffic, prefix: `${prefix}traffic` })),
    )
    await example.apply(withShards(shards))
    await example.mcrouter.settled()
    for (const prefix of ['user:', 'page:']) {
      const report = await client.stop(prefix)
      // In flight to a server that leaves the configuration: one of each client at most.
      t.ok(
        failed(report) <= (prefix === 'user:' && shards === 2 ? traffic.clients : 0),
        `${prefix} to ${shards}: ${failed(report)} failed`,
      )
    }
    for (const keys of others) t.strictSame((await client.audit(keys)).counts, { hit: KEYS }, keys.prefix)
    const { missed } = await client.audit(users)
    if (shards === 3) figure(t, 'keys of a pool missed after 2 to 3 shards', percent(missed.length, KEYS))
    t.ok(missed.length < KEYS / 2, `${missed.length} of the pool's own keys are missed`)
  }
})

t.test('a gutter is removed with its pool, and no key moves', async (t) => {
  const example = the('gutter')
  const keys = { target: example.target, prefix: 'kept', count: KEYS }
  await client.fill(keys)
  const { gutter: _, ...memcached } = object(example.spec.memcached)
  await example.apply({ memcached, pools: [] })
  await example.mcrouter.settled()
  t.strictSame((await client.audit(keys)).counts, { hit: KEYS })
  const statefulSet = ['-n', NAMESPACE, 'statefulset', `${example.mcrouter.name}-memcached-spare`]
  await eventually('its servers are gone', async () => (await get(statefulSet)) === undefined)
})

t.test('servers of others are as they were', async (t) => {
  for (const name of OTHERS) {
    const pod = await get(['-n', NAMESPACE, 'pod', name])
    t.match(object(object(pod).metadata), { labels: { app: 'others' } })
    t.equal(object(object(pod).metadata).ownerReferences, undefined)
    t.equal(textAt(pod, 'status.containerStatuses.0.restartCount'), '0')
  }
  const { name } = the('external').mcrouter
  t.equal(await get(['-n', NAMESPACE, 'statefulset', `${name}-memcached`]), undefined)
  const keys = { prefix: 'placed-external', count: KEYS }
  const audits = await Promise.all(
    HOSTS.map((host) => client.audit({ target: targetOf(`${host}:11211`), ...keys })),
  )
  t.equal(
    audits.reduce((sum, { counts }) => sum + (counts.hit ?? 0), 0),
    KEYS,
    'with all that they had',
  )
})

async function readWithout(t: Test, name: string): Promise<void> {
  const example = the(name)
  const keys = { target: example.target, prefix: `read-${name}`, count: KEYS }
  await client.fill(keys)
  await hung(name, async () => {
    t.strictSame((await client.audit(keys)).counts, { hit: KEYS })
  })
}

async function gutterTakesOver(t: Test): Promise<void> {
  const example = the('gutter')
  const keys = { target: example.target, prefix: 'sheltered', count: KEYS }
  await client.fill(keys)
  const [, victim = { host: '', port: 0 }] = example.servers()
  const server = `${victim.host}:${victim.port}`
  const own = Array.from({ length: KEYS }, (_, index) => keyOf(keys.prefix, index)).filter(
    (key) => destinations(example.topology.explain('get', key))[0] === server,
  )
  await hung('gutter', async () => {
    await eventually('its keys are misses, and nothing else', async () => {
      const { missed, counts } = await client.audit(keys)
      return counts.miss === own.length && missed.toSorted().join() === own.toSorted().join()
    })
    t.strictSame(await client.fill(keys), { stored: KEYS })
    t.strictSame((await client.audit(keys)).counts, { hit: KEYS })
  })
  t.ok(own.length > KEYS / 4)
}

async function otherPoolsGoOn(t: Test): Promise<void> {
  const example = the('prefixes')
  const others = ['page', 'lock:'].map((prefix) => ({
    target: example.target,
    prefix: `${prefix}beside`,
    count: KEYS,
  }))
  for (const keys of others) await client.fill(keys)
  await hung('prefixes', async () => {
    for (const keys of others) t.strictSame((await client.audit(keys)).counts, { hit: KEYS }, keys.prefix)
  })
}

async function hung(name: string, meanwhile: () => Promise<void>): Promise<void> {
  const pod = VICTIMS.get(name) ?? ''
  await nodes.freeze(NAMESPACE, pod)
  try {
    await meanwhile()
  } finally {
    await nodes.thaw(NAMESPACE, pod)
  }
}

async function each(action: (example: Example, name: string) => Promise<void>): Promise<void> {
  await Promise.all([...all].map(([name, example]) => action(example, name)))
}

function the(name: string): Example {
  const example = all.get(name)
  if (example === undefined) throw new Error(`there is no example ${name}`)
  return example
}

/** Of keys that are to be in a pool of their own. */
function prefixOf(name: string): string {
  return name === 'prefixes' ? 'user:' : ''
}

function object(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}

/** Servers that others run: pods of this suite, of which the operator knows names alone. */
function servers(): JsonObject[] {
  const metadata = { namespace: NAMESPACE, labels: { app: 'others' } }
  const securityContext = {
    runAsNonRoot: true,
    runAsUser: 11_211,
    seccompProfile: { type: 'RuntimeDefault' },
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
  }
  const spec = {
    clusterIP: 'None',
    publishNotReadyAddresses: true,
    selector: { app: 'others' },
    ports: [{ port: 11_211 }],
  }
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: { ...metadata, name: 'others' }, spec },
    ...OTHERS.map((name) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, name },
      spec: {
        hostname: name,
        subdomain: 'others',
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: 0,
        containers: [
          { name: 'memcached', image: 'memcached:1.6-alpine', args: ['-m', '32'], securityContext },
        ],
      },
    })),
  ]
}
