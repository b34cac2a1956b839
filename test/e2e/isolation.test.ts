import t from 'tap'
import { type Client, startClient } from './support/client.ts'
import { list, textAt } from './support/cluster.ts'
import { Mcrouter } from './support/mcrouter.ts'
import { namespace } from './support/namespace.ts'
import { installOperator } from './support/operator.ts'

const NAMESPACE = 'mcrouter-e2e-isolation'
const KEYS = 1000

t.before(async () => {
  await namespace(t, NAMESPACE)
  await installOperator(t)
})

t.test('two Mcrouters in one namespace never answer for each other', async (t) => {
  const sharded = new Mcrouter(NAMESPACE, 'pages')
  const replicated = new Mcrouter(NAMESPACE, 'sessions')
  await sharded.apply({ pool_setup: 'sharded', memcached_pool_size: 3 })
  await replicated.apply({ pool_setup: 'replicated', memcached_pool_size: 2 })
  await Promise.all([sharded.settled(), replicated.settled()])
  const client = await startClient(NAMESPACE)
  const keysIn = (mcrouter: Mcrouter, prefix: string) => ({
    target: { host: mcrouter.host, port: 5000 },
    prefix,
    count: KEYS,
  })

  t.strictSame(await client.fill(keysIn(sharded, 'page')), { stored: KEYS })
  t.strictSame(await client.fill(keysIn(replicated, 'session')), { stored: KEYS })
  t.strictSame((await client.audit(keysIn(sharded, 'page'))).counts, { hit: KEYS })
  t.strictSame((await client.audit(keysIn(replicated, 'session'))).counts, { hit: KEYS })
  t.strictSame(
    (await client.audit(keysIn(sharded, 'session'))).counts,
    { miss: KEYS },
    'the sharded one has no session',
  )
  t.strictSame(
    (await client.audit(keysIn(replicated, 'page'))).counts,
    { miss: KEYS },
    'the replicated one has no page',
  )

  const held = (mcrouter: Mcrouter, servers: number) =>
    Promise.all(Array.from({ length: servers }, (_, ordinal) => items(client, mcrouter.server(ordinal))))
  t.strictSame(await held(replicated, 2), [KEYS, KEYS], 'each server of the replicated one holds every key')
  const shares = await held(sharded, 3)
  t.equal(
    shares.reduce((total, share) => total + share, 0),
    KEYS,
    'the servers of the sharded one share the keys',
  )

  for (const mcrouter of [sharded, replicated]) {
    for (const service of [mcrouter.name, `${mcrouter.name}-memcached`]) {
      for (const pod of await podsBehind(service)) {
        t.ok(pod.startsWith(`${mcrouter.name}-`), `${pod} is behind Service ${service}`)
      }
    }
  }
})

async function items(client: Client, host: string): Promise<number> {
  const { text } = await client.talk(host, 11211, 'stats')
  return Number(/STAT curr_items (\d+)/.exec(text)?.[1])
}

async function podsBehind(service: string): Promise<string[]> {
  const slices = await list([
    '-n',
    NAMESPACE,
    'endpointslices',
    '-l',
    `kubernetes.io/service-name=${service}`,
  ])
  const endpoints = slices.flatMap(({ endpoints }) => (Array.isArray(endpoints) ? endpoints : []))
  return endpoints.map((endpoint) => textAt(endpoint, 'targetRef.name'))
}
