import t from 'tap'
import { deployments, statefulSets } from '../../reconciler/kube/resources.ts'
import { eventually } from '../../testing/deadline.ts'
import { startBareCluster } from '../support/bare-cluster.ts'
import { mcrouters } from '../support/mcrouters.ts'
import { reconciledNamespace } from '../support/reconciler/namespace.ts'

const NAMES = ['cache', 'one', 'two']
const PARTS = 'statefulsets,deployments,configmaps,services,poddisruptionbudgets'

t.test('a namespace that is being deleted: nothing is counted or told, and tried once', async (t) => {
  const namespace = 'leaving'
  const cluster = await startBareCluster(t)
  const { controlPlane, get } = cluster
  const { want, settled, requests, troubles } = await reconciledNamespace(t, cluster, namespace)
  for (const name of NAMES) await want({ memcached_pool_size: 2 }, name)
  for (const name of NAMES) await settled(name)
  const [before, troublesBefore] = [(await requests()).length, troubles().length]
  const events = async () => {
    const { stdout } = await controlPlane.kubectl(['get', 'events.events.k8s.io', '-A', '-o', 'json'])
    return stdout.match(/"reason": "(ApplyFailed|DriftCorrected|Created)"/g)?.length ?? 0
  }
  const eventsBefore = await events()

  // Its parts go by hand, in the order that is worst: the Mcrouters stay.
  process.kill(controlPlane.pids.controllerManager, 'SIGSTOP')
  await controlPlane.client.request('DELETE', `/api/v1/namespaces/${namespace}`)
  const ours = '--selector=app.kubernetes.io/managed-by=mcrouter-operator'
  for (const kind of PARTS.split(',')) {
    await controlPlane.kubectl(['delete', kind, ours, `--namespace=${namespace}`])
  }
  await eventually('what was refused is known', async () => (await requests()).length > before)
  await want({ memcached_pool_size: 3 })
  await controlPlane.kubectl(['delete', 'pods', '--all', `--namespace=${namespace}`])

  const refused = (await requests()).slice(before).filter(({ code }) => code === 403)
  t.ok(refused.length <= NAMES.length * 2, `${refused.length} writes were refused`)
  t.same(troubles().slice(troublesBefore), [], 'no pass failed, and no event was refused')
  t.equal(await events(), eventsBefore)
  t.ok(await get(mcrouters, namespace, 'cache'))
  for (const resource of [statefulSets, deployments]) t.same(await cluster.list(resource, namespace), [])
})
