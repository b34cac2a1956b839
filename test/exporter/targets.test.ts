import t from 'tap'
import { addressIn } from '../../exporter/targets/address.ts'
import { transformPod } from '../../exporter/targets/sources.ts'
import { placeOf } from '../../exporter/targets/target.ts'
import type { Targets } from '../../exporter/targets/targets.ts'
import { keyOf } from '../../reconciler/kube/object.ts'
import { CACHE, objectOf, podOf, put, targetsOf } from './objects.ts'

const STATEFUL_SET = objectOf('StatefulSet', { name: 'cache-memcached', owner: 'Mcrouter cache' })
const USERS = objectOf('StatefulSet', { name: 'cache-memcached-users', owner: 'Mcrouter cache' })
const DEPLOYMENT = objectOf('Deployment', { name: 'cache', owner: 'Mcrouter cache' })
const REPLICA_SET = objectOf('ReplicaSet', { name: 'cache-1', owner: 'Deployment cache' })
const ALL = [CACHE, STATEFUL_SET, USERS, DEPLOYMENT, REPLICA_SET]

const server = (ordinal: number | string, ip: string, owner = 'StatefulSet cache-memcached') =>
  podOf('memcached', { name: `cache-memcached-${ordinal}`, owner }, ip)
const router = (name: string, ip: string, owner = 'ReplicaSet cache-1') =>
  podOf('mcrouter', { name, owner }, ip)

function find(targets: Targets, text: string) {
  const address = addressIn(text)
  return address && targets.find(address)
}

t.test('what a Mcrouter has is found, with its place', async (t) => {
  const users = { name: 'cache-memcached-users-2', owner: 'StatefulSet cache-memcached-users' }
  const targets = targetsOf(
    server(3, '10.0.0.1'),
    router('cache-1-x', '10.0.0.2'),
    podOf('memcached-users', users, '10.0.0.3'),
    podOf('memcached', { name: 'cache-memcached-0', owner: 'StatefulSet cache-memcached' }, 'fd00::1'),
    ...ALL,
  )
  t.match(find(targets, '10.0.0.1:11211'), {
    namespace: 'shop',
    mcrouter: 'cache',
    place: { pool: 'main', shard: 1, copy: 1 },
    host: '10.0.0.1',
    port: 11211,
  })
  t.match(find(targets, '10.0.0.2:5000'), { mcrouter: 'cache', place: undefined })
  t.match(find(targets, '10.0.0.3:11211'), { place: { pool: 'users', shard: 0, copy: 2 } })
  t.match(find(targets, '[fd00::1]:11211'), { place: { pool: 'main', shard: 0, copy: 0 } })
  t.strictSame(targets.count, { mcrouter: 1, memcached: 3 })
})

t.test('where each copy is in a zone, the StatefulSet says which it is', async (t) => {
  const copy = objectOf('StatefulSet', { name: 'cache-copy-1-users', owner: 'Mcrouter cache' })
  const deployment = objectOf('Deployment', { name: 'cache-mcrouter-1', owner: 'Mcrouter cache' })
  const sets = ['cache-mcrouter-1', 'cache-mcrouter-x'].map((name) =>
    objectOf('ReplicaSet', { name: `${name}-1`, owner: `Deployment ${name}` }),
  )
  const other = objectOf('Deployment', { name: 'cache-mcrouter-x', owner: 'Mcrouter cache' })
  const pod = { name: 'cache-copy-1-users-2', owner: 'StatefulSet cache-copy-1-users' }
  const targets = targetsOf(
    podOf('memcached-users', pod, '10.0.0.1'),
    router('cache-mcrouter-1-1-a', '10.0.0.2', 'ReplicaSet cache-mcrouter-1-1'),
    router('cache-mcrouter-x-1-a', '10.0.0.3', 'ReplicaSet cache-mcrouter-x-1'),
    ...[copy, deployment, other, ...sets, ...ALL],
  )
  t.match(find(targets, '10.0.0.1:11211'), { place: { pool: 'users', shard: 2, copy: 1 } })
  t.match(find(targets, '10.0.0.2:5000'), { mcrouter: 'cache', place: undefined })
  t.equal(find(targets, '10.0.0.3:5000'), undefined, 'under the name that the operator gives')
})

t.test('routers on each node have a DaemonSet', async (t) => {
  const daemonSet = objectOf('DaemonSet', { name: 'cache', owner: 'Mcrouter cache' })
  const targets = targetsOf(router('cache-x', '10.0.0.2', 'DaemonSet cache'), daemonSet, ...ALL)
  t.match(find(targets, '10.0.0.2:5000'), { mcrouter: 'cache', place: undefined })
  const other = objectOf('DaemonSet', { name: 'log', owner: 'Mcrouter cache' })
  const pod = router('log-x', '10.0.0.3', 'DaemonSet log')
  t.equal(
    find(targetsOf(pod, other, ...ALL), '10.0.0.3:5000'),
    undefined,
    'under the name that the operator gives',
  )
})

t.test('what speaks TLS is known by the name of its port', async (t) => {
  for (const [name, tls] of [
    ['memcached', false],
    ['memcached-tls', true],
  ] as const) {
    const ports = [{ name, containerPort: 11211 }]
    const pod = server(0, '10.0.0.1')
    const targets = targetsOf({ ...pod, spec: { containers: [{ name: 'memcached', ports }] } }, ...ALL)
    t.match(find(targets, '10.0.0.1:11211'), { tls })
  }
})

t.test('a router that has a port for TLS beside is found by both, and asked at the other', async (t) => {
  const pod = router('cache-1-x', '10.0.0.2')
  const on = (...ports: { name: string; containerPort: number }[]) =>
    targetsOf({ ...pod, spec: { containers: [{ name: 'mcrouter', ports }] } }, ...ALL)
  const [plain, tls] = [
    { name: 'mcrouter', containerPort: 5000 },
    { name: 'mcrouter-tls', containerPort: 5001 },
  ]
  const both = on(plain, tls)
  for (const port of [5000, 5001])
    t.match(find(both, `10.0.0.2:${port}`), { port: 5000, tls: false, tlsPort: 5001 })
  t.equal(find(both, '10.0.0.2:5002'), undefined)
  t.match(find(on(tls), '10.0.0.2:5001'), { port: 5001, tls: true, tlsPort: 0 })
  t.match(find(on(plain, { name: 'debug', containerPort: 5001 }), '10.0.0.2:5000'), { tlsPort: 0 })
  t.strictSame(both.count, { mcrouter: 1, memcached: 0 })
  both.podChanged(keyOf(pod), undefined)
  for (const port of [5000, 5001]) t.equal(find(both, `10.0.0.2:${port}`), undefined)
})

t.test('at the port of its tier alone', async (t) => {
  const targets = targetsOf(server(0, '10.0.0.1'), router('cache-1-x', '10.0.0.2'), ...ALL)
  for (const text of ['10.0.0.1:1', '10.0.0.1:5000', '10.0.0.1:10250', '10.0.0.2:11211', '10.0.0.9:11211'])
    t.equal(find(targets, text), undefined, text)
})

t.test('nobody is one by saying so', async (t) => {
  const strangers = {
    'labels alone': podOf('memcached', { name: 'cache-memcached-0' }, '10.0.0.1'),
    'an owner that there is not': server(0, '10.0.0.1', 'StatefulSet gone'),
    'the Mcrouter itself as its owner': server(0, '10.0.0.1', 'Mcrouter cache'),
    'another name than its StatefulSet gives': server('x', '10.0.0.1'),
    'a number with a zero before it': server('00', '10.0.0.1'),
    'a number beyond all pools': server(1_000, '10.0.0.1'),
    'a server owned as a router is': server(0, '10.0.0.1', 'ReplicaSet cache-1'),
    'a router owned as a server is': router('cache-memcached-0', '10.0.0.1', 'StatefulSet cache-memcached'),
    'an owner in another namespace': podOf(
      'memcached',
      { name: 'cache-memcached-0', namespace: 'evil', owner: 'StatefulSet cache-memcached' },
      '10.0.0.1',
    ),
  }
  for (const [what, pod] of Object.entries(strangers)) {
    const targets = targetsOf(pod, ...ALL)
    t.strictSame(
      [find(targets, '10.0.0.1:11211'), find(targets, '10.0.0.1:5000')],
      [undefined, undefined],
      what,
    )
    t.strictSame(targets.count, { mcrouter: 0, memcached: 0 }, what)
  }
})

t.test('nor are pods of workloads that only say so', async (t) => {
  const evil = (kind: string, name: string, owner: string, namespace = 'shop') =>
    objectOf(kind, { name, owner, namespace, uid: 'evil' })
  const claims = {
    'a name that is no pool of it': evil('StatefulSet', 'other', 'Mcrouter cache'),
    'the Mcrouter of another namespace': evil('StatefulSet', 'cache-memcached', 'Mcrouter cache', 'evil'),
    'a Mcrouter that there is not': evil('StatefulSet', 'cache-memcached', 'Mcrouter gone'),
  }
  for (const [what, set] of Object.entries(claims)) {
    const { namespace = '' } = set.metadata
    const name = `${set.metadata.name}-0`
    const targets = targetsOf(podOf('memcached', { name, namespace, owner: 'evil' }, '10.0.0.1'), set, CACHE)
    t.equal(find(targets, '10.0.0.1:11211'), undefined, what)
  }
  const deployment = objectOf('Deployment', { name: 'other', owner: 'Mcrouter cache' })
  const replicaSet = objectOf('ReplicaSet', { name: 'cache-1', owner: 'Deployment other' })
  const targets = targetsOf(CACHE, deployment, replicaSet, router('cache-1-x', '10.0.0.1'))
  t.equal(find(targets, '10.0.0.1:5000'), undefined, 'a Deployment of another name')
})

t.test('one that was made anew under its name is another', async (t) => {
  const targets = targetsOf(server(0, '10.0.0.1'), ...ALL)
  t.ok(find(targets, '10.0.0.1:11211'))
  put(targets, objectOf('Mcrouter', { name: 'cache', uid: 'next' }))
  t.equal(find(targets, '10.0.0.1:11211'), undefined)
  put(targets, objectOf('StatefulSet', { name: 'cache-memcached', owner: 'next' }))
  t.ok(find(targets, '10.0.0.1:11211'))
})

t.test('what is gone is none', async (t) => {
  for (const gone of [CACHE, STATEFUL_SET]) {
    const targets = targetsOf(server(0, '10.0.0.1'), ...ALL)
    if (gone === CACHE) targets.mcrouterChanged(keyOf(gone), undefined)
    else targets.linkChanged('StatefulSet', keyOf(gone), undefined)
    t.equal(find(targets, '10.0.0.1:11211'), undefined, gone.kind)
  }
  const targets = targetsOf(server(0, '10.0.0.1'), ...ALL)
  targets.podChanged(keyOf(server(0, '')), undefined)
  t.equal(find(targets, '10.0.0.1:11211'), undefined)
  targets.podChanged(keyOf(server(0, '')), undefined)
})

t.test('an address moves with its pod', async (t) => {
  const targets = targetsOf(server(0, '10.0.0.1'), ...ALL)
  put(targets, server(0, '10.0.0.7'))
  t.equal(find(targets, '10.0.0.1:11211'), undefined)
  t.ok(find(targets, '10.0.0.7:11211'))
})

t.test('of two that have one address neither is asked, and a stranger takes it from nobody', async (t) => {
  const targets = targetsOf(server(0, '10.0.0.1'), server(1, '10.0.0.1'), ...ALL)
  t.equal(find(targets, '10.0.0.1:11211'), undefined)
  targets.podChanged(keyOf(server(1, '')), undefined)
  t.match(find(targets, '10.0.0.1:11211'), { place: { shard: 0, copy: 0 } })
  put(targets, podOf('memcached', { name: 'stranger' }, '10.0.0.1'))
  t.match(find(targets, '10.0.0.1:11211'), { place: { shard: 0, copy: 0 } })
})

t.test('a pod that can be none is not kept', async (t) => {
  const meta = { name: 'cache-memcached-0', owner: 'StatefulSet cache-memcached' }
  const containers = [{ name: 'memcached', ports: [{ containerPort: 11211 }] }]
  const kept = (rest: object) => transformPod({ ...podOf('memcached', meta, '10.0.0.1'), ...rest })
  t.ok(kept({}))
  t.ok(kept({ status: { podIP: '10.0.0.1', phase: 'Pending' } }), 'Ready or not')
  t.equal(kept({ status: { phase: 'Pending' } }), undefined, 'no address yet')
  t.equal(kept({ status: { podIP: '10.0.0.1', phase: 'Failed' } }), undefined)
  t.equal(kept({ status: { podIP: '10.0.0.1', phase: 'Succeeded' } }), undefined)
  t.equal(kept({ spec: { hostNetwork: true, containers } }), undefined, 'it has the address of its node')
  t.equal(kept({ spec: { containers: [{ name: 'other', ports: [{ containerPort: 1 }] }] } }), undefined)
  t.equal(transformPod(podOf('web', meta, '10.0.0.1')), undefined)
})

t.test('shards and copies', async (t) => {
  const of = (shards: number, copies: number) => new Map([['main', { shards, copies }]])
  t.strictSame(placeOf('main', 5, of(3, 2)), { pool: 'main', shard: 2, copy: 1 })
  t.strictSame(placeOf('main', 5, of(6, 1)), { pool: 'main', shard: 5, copy: 0 })
  t.strictSame(
    placeOf('main', 3, of(1, 2)),
    { pool: 'main', shard: 0, copy: 3 },
    'a copy that is about to leave',
  )
  t.strictSame(placeOf('gone', 3, of(1, 2)), { pool: 'gone', shard: 3, copy: 0 })
})

t.test('a spec that nobody judged', async (t) => {
  for (const spec of [
    undefined,
    null,
    'x',
    { memcached: null },
    { memcached: { copies: 'x', shards: -1 }, pools: 'x' },
  ]) {
    const mcrouter = objectOf('Mcrouter', { name: 'cache' }, { spec })
    const targets = targetsOf(mcrouter, STATEFUL_SET, server(1, '10.0.0.1'))
    t.match(
      find(targets, '10.0.0.1:11211'),
      { place: { pool: 'main', shard: 1, copy: 0 } },
      JSON.stringify(spec),
    )
  }
})
