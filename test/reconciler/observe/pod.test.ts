import t from 'tap'
import { podGroupOf } from '../../../reconciler/observe/group.ts'
import { isPod, transformPod } from '../../../reconciler/observe/pod.ts'

function server(labels: Readonly<Record<string, string>>, name = 'sessions-memcached-0') {
  const ours = { 'app.kubernetes.io/instance': 'sessions', 'app.kubernetes.io/component': 'memcached' }
  const metadata = {
    name,
    namespace: 'shop',
    uid: 'u',
    resourceVersion: '1',
    labels: { ...ours, ...labels },
  }
  return [transformPod({ apiVersion: 'v1', kind: 'Pod', metadata })].find(isPod)
}

t.test('a server that the Ansible operator made is known by its label of that operator', async (t) => {
  t.match(server({ app: 'sessions-cache' }), { adopted: true })
})

t.test('a label `app` that somebody puts on a server of ours makes it no other', async (t) => {
  t.match(server({}), { adopted: false })
  t.match(server({ app: 'sessions' }), { adopted: false })
  t.match(server({ app: 'other-cache' }), { adopted: false })
})

// Where there is no StatefulSet, the highest ordinal of a pod decides how many servers are made.
t.test('a pod that is not named like a server is none, whatever labels somebody gives it', async (t) => {
  t.match(server({}, 'sessions-memcached-12'), { ordinal: 12 })
  t.match(server({}, 'sessions-memcached-999'), { ordinal: 999 })
  const names = ['x-999999999', 'sessions-7', 'other-memcached-7', 'x-sessions-memcached-7']
  const ordinals = ['1000', '999999999', '9'.repeat(400), '07', '-1', '7x', '']
  for (const name of [...names, ...ordinals.map((ordinal) => `sessions-memcached-${ordinal}`)]) {
    t.equal(server({}, name), undefined, name)
  }
})

t.test('caches keep of a pod what a pass reads, and of one of no tier what it is grouped by', async (t) => {
  const noise = 'x'.repeat(10_000)
  const whole = (component: string) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'cache-memcached-0',
      namespace: 'shop',
      uid: 'u',
      resourceVersion: '1',
      labels: { 'app.kubernetes.io/instance': 'cache', 'app.kubernetes.io/component': component },
      annotations: { noise },
      managedFields: [{ manager: noise }],
    },
    spec: {
      containers: [{ name: 'memcached', args: ['-I', noise], env: [{ name: 'NOISE', value: noise }] }],
    },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True', message: noise }] },
  })
  const server = transformPod(whole('memcached'))
  t.ok(JSON.stringify(server).length < 600)
  t.match(server, { component: 'memcached', ready: true })
  t.ok(isPod(JSON.parse(JSON.stringify(server))), 'also once it was packed')
  const stranger = transformPod(whole('backup'))
  t.notOk(isPod(stranger))
  t.equal(podGroupOf(stranger), 'shop/cache', 'it counts among what has the labels of the Mcrouter')
  t.strictSame(Object.keys(stranger), ['apiVersion', 'kind', 'metadata', 'status'])
})

t.test('the word for the largest item is that of the server itself', async (t) => {
  const started = (containers: readonly object[]) => {
    const labels = { 'app.kubernetes.io/instance': 'cache', 'app.kubernetes.io/component': 'memcached' }
    const metadata = { name: 'cache-memcached-0', namespace: 'shop', uid: 'u', resourceVersion: '1', labels }
    return [transformPod({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers } })].find(isPod)
      ?.itemSize
  }
  const sidecar = { name: 'proxy', args: ['-I', 'lo'] }
  t.equal(started([sidecar, { name: 'memcached', args: ['-m', '64', '-I', '33554432'] }]), '33554432')
  t.equal(started([sidecar, { name: 'memcached' }]), '')
})
