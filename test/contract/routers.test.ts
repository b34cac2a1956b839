import t from 'tap'
import type { JsonObject } from '../../schemas/json.ts'
import { V1BETA1 } from '../../schemas/v1beta1/version.ts'
import { KIND } from '../../schemas/well-known.ts'
import { eventually } from '../../testing/deadline.ts'
import { registerNode } from '../../testing/kubelet/index.ts'
import { at } from '../support/at.ts'
import { startCluster } from '../support/cluster.ts'

// How many routers there are, and where, with the controllers of Kubernetes.

const { kubectl, apply, read, controlPlane, kubelet } = await startCluster(t)
const { client } = controlPlane
const MCROUTER = '/apis/mcrouter.example.com/v1beta1/namespaces/default/mcrouters/routed'

function mcrouter(name: string, spec: JsonObject): JsonObject {
  return { apiVersion: V1BETA1.apiVersion, kind: KIND, metadata: { name, namespace: 'default' }, spec }
}

t.test('an autoscaler of Kubernetes takes their number over, and gives it back', async (t) => {
  const deployment = '/apis/apps/v1/namespaces/default/deployments/routed'
  const live = async () => (await client.request('GET', deployment)).body
  const replicas = async () => at(await live(), 'spec', 'replicas')
  const isAt = (number: number) => eventually(`${number} routers`, async () => (await replicas()) === number)
  const want = async (router: JsonObject) => {
    const patch = JSON.stringify({ spec: { router } })
    const { code, stderr } = await kubectl(['patch', 'mcrouter/routed', '--type=merge', '-p', patch])
    t.equal(code, 0, stderr)
  }
  /** Whether the operator is an owner of the number. */
  const isOwned = async () =>
    Object(await live()).metadata.managedFields.some(
      (entry: JsonObject) =>
        entry.manager === 'mcrouter-operator' && at(entry, 'fieldsV1', 'f:spec', 'f:replicas') !== undefined,
    )
  const hasAutoscaler = async () => (await kubectl(['get', 'hpa/routed'])).code === 0
  const said = async () => at((await client.request('GET', MCROUTER)).body, 'status', 'ready')

  t.equal((await apply(mcrouter('routed', { router: { replicas: 4 } }))).code, 0)
  await isAt(4)
  const generation = at(await live(), 'metadata', 'generation')

  await want({ replicas: null, autoscaling: { min: 2, max: 6, cpu: 70 } })
  await eventually('it has an autoscaler', hasAutoscaler)
  t.equal(await replicas(), 4)
  t.equal(at(await live(), 'metadata', 'generation'), generation, 'nothing of the Deployment has changed')
  t.ok(await isOwned(), 'before the autoscaler has set any, the number is ours: nobody else would hold it')

  await want({ autoscaling: { min: 5 } })
  await isAt(5)
  t.notOk(await isOwned(), 'it is the autoscaler’s')
  await eventually('five are ready', async () => at(await said(), 'routers') === '5/5')

  await want({ port: 6011 })
  await eventually('the routers are replaced', async () =>
    JSON.stringify(await live()).includes('--port=6011'),
  )
  t.equal(await replicas(), 5, 'and remain as many')
  await eventually('five are ready', async () => at(await said(), 'routers') === '5/5')

  await want({ autoscaling: null, replicas: 3 })
  await isAt(3)
  await eventually('it has none any more', async () => !(await hasAutoscaler()))
  await eventually('three are ready', async () => at(await said(), 'routers') === '3/3')
  t.ok(await isOwned())
})

t.test('routers that are placed elsewhere serve before the former ones go', async (t) => {
  // Nodes by their objects alone, to which the stand-in for kubelet binds what is for them.
  await Promise.all(['node-1', 'node-2'].map((name) => registerNode(client, name)))
  const isOf = (kind: string) => (pod: JsonObject) =>
    at(pod, 'metadata', 'ownerReferences', 0, 'kind') === kind &&
    at(pod, 'metadata', 'labels', 'app.kubernetes.io/instance') === 'placed'
  const hold = (kind: string) => kubelet.decide((pod) => (isOf(kind)(pod) ? 'pending' : 'ready'))
  const want = async (router: JsonObject) => {
    const patch = JSON.stringify({ spec: { router } })
    t.match(await kubectl(['patch', 'mcrouter/placed', '--type=merge', '-p', patch]), { code: 0 })
  }
  const there = () =>
    read('deployments,daemonsets,pdb -l app.kubernetes.io/instance=placed', '{.items[*].kind}')
  const routers = () => read('mcrouter/placed', '{.status.ready.routers}')
  const progress = () => read('mcrouter/placed', '{.status.conditions[?(@.type=="Progressing")].message}')
  const distribution = () => read('service/placed', '{.spec.trafficDistribution}')
  const ready = (number: string) => eventually(`${number} ready`, async () => (await routers()) === number)

  t.match(await apply(mcrouter('placed', {})), { code: 0 })
  await ready('2/2')
  t.equal(await distribution(), '')

  await hold('DaemonSet')
  await want({ placement: 'Node' })
  await eventually('new ones start', async () =>
    (await progress()).startsWith('Deployment placed serves until'),
  )
  await eventually(
    'one a node',
    async () => (await read('daemonset/placed', '{.status.desiredNumberScheduled}')) === '3',
  )
  t.equal(await read('deployment/placed', '{.status.readyReplicas}'), '2', 'the former ones serve')
  await eventually('there is a preference', async () => (await distribution()) === 'PreferSameNode')

  await kubelet.decide(() => 'ready')
  await eventually('the former ones go', async () => (await there()) === 'DaemonSet PodDisruptionBudget')
  t.equal(
    await read('pdb -l app.kubernetes.io/instance=placed', '{.items[*].metadata.name}'),
    'placed-memcached',
  )
  await ready('3/3')
  t.same(
    (
      await read(
        'pods -l app.kubernetes.io/instance=placed,app.kubernetes.io/component=mcrouter',
        '{.items[*].spec.nodeName}',
      )
    )
      .split(' ')
      .toSorted(),
    ['node-1', 'node-2', 'stand-in'],
  )

  await hold('ReplicaSet')
  await want({ placement: 'Deployment' })
  await eventually('new ones start', async () =>
    (await progress()).startsWith('DaemonSet placed serves until'),
  )
  t.equal(await read('daemonset/placed', '{.status.numberReady}'), '3', 'the former ones serve')
  await kubelet.decide(() => 'ready')
  await eventually('the former ones go', async () => !(await there()).includes('DaemonSet'))
  await ready('2/2')
  t.equal(await distribution(), '')
})
