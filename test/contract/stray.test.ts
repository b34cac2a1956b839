import t from 'tap'
import { fetch } from 'undici'
import type { JsonObject } from '../../schemas/json.ts'
import { eventually } from '../../testing/deadline.ts'
import { at } from '../support/at.ts'
import { type Cluster, mcrouter, startCluster } from '../support/cluster.ts'

const cluster = await startCluster(t)
const { apply, kubelet, operator, read } = cluster

async function succeed(running: ReturnType<Cluster['kubectl']>): Promise<void> {
  const { code, stderr } = await running
  if (code !== 0) throw new Error(stderr)
}

async function settled(name: string): Promise<void> {
  await eventually(`${name} is complete`, async () => {
    const reason = '{.status.conditions[?(@.type=="Progressing")].reason}'
    return (await read(`mcrouter/${name}`, reason)) === 'Complete'
  })
}

const isOf = (name: string) => (pod: JsonObject) =>
  at(pod, 'metadata', 'labels', 'app.kubernetes.io/instance') === name

t.test('a labelled ConfigMap keeps nobody from being served', async (t) => {
  const labels = {
    'app.kubernetes.io/managed-by': 'mcrouter-operator',
    'app.kubernetes.io/instance': 'e1',
  }
  const stray = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'aa', labels },
    data: { 'config.json': '{"pools":{"memcached":{"servers":["x"]}}}' },
  }
  await succeed(apply(stray))
  const isStuck = isOf('e1')
  await kubelet.decide((pod) => (isStuck(pod) ? 'pending' : 'ready'))
  await succeed(apply(mcrouter('e1', { memcached_pool_size: 3 })))
  await eventually('it is worked on', async () => (await read('mcrouter/e1', '{.status.replicas}')) !== '')

  await succeed(apply(mcrouter('neighbour')))
  await settled('neighbour')
  t.equal((await fetch(`${operator.reconcilerUrl}/healthz`)).status, 200)
  t.equal(await read('configmap/aa', '{.data}'), JSON.stringify(stray.data), 'it stays as it is')
  await kubelet.decide(() => 'ready')
  await settled('e1')
  t.equal(await read('mcrouter/e1', '{.status.servers[*]}').then((all) => all.split(' ').length), 3)
})
