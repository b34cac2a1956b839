import t from 'tap'
import { podOf } from '../../../reconciler/observe/pod.ts'

function server(labels: Readonly<Record<string, string>>, name = 'sessions-memcached-0') {
  const ours = { 'app.kubernetes.io/instance': 'sessions', 'app.kubernetes.io/component': 'memcached' }
  const metadata = {
    name,
    namespace: 'shop',
    uid: 'u',
    resourceVersion: '1',
    labels: { ...ours, ...labels },
  }
  return podOf({ apiVersion: 'v1', kind: 'Pod', metadata })
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
