import t from 'tap'
import { podOf } from '../../../reconciler/observe/pod.ts'

function server(labels: Readonly<Record<string, string>>) {
  const ours = { 'app.kubernetes.io/instance': 'sessions', 'app.kubernetes.io/component': 'memcached' }
  const metadata = {
    name: 'sessions-memcached-0',
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
