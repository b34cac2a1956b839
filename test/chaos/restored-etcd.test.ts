import t from 'tap'
import { Informer } from '../../reconciler/kube/cache/informer.ts'
import type { Rewind } from '../../reconciler/kube/cache/version.ts'
import { connect } from '../../reconciler/kube/connection/connect.ts'
import { configMaps } from '../../reconciler/kube/resources.ts'
import { startControlPlane } from '../../testing/control-plane/index.ts'
import { eventually } from '../../testing/deadline.ts'
import { launchReconciler } from '../../testing/operator/launch.ts'
import type { HostProcess } from '../../testing/operator/process.ts'
import { type Cluster, mcrouter, startCluster } from '../support/cluster.ts'
import { ScaledClock } from '../support/scaled-clock.ts'

/** The 70 s of silence are 3.5 s here. */
const SPEED = 20
const COLLECTION = '/api/v1/namespaces/default/configmaps'

t.test('etcd is put back to a backup: the copy becomes what the API server shows', async (t) => {
  const controlPlane = await startControlPlane()
  t.teardown(() => controlPlane.stop())
  const { client } = controlPlane
  const put = async (name: string) => {
    const { status } = await client.request('POST', COLLECTION, { body: { metadata: { name } } })
    t.equal(status, 201)
  }
  await put('kept')
  await put('deleted-later')
  const clock = new ScaledClock(SPEED)
  const cluster = await connect({
    kubeconfig: controlPlane.kubeconfig,
    environment: {},
    clock,
    userAgent: 'chaos',
  })
  const rewinds: Rewind[] = []
  const told: string[] = []
  const informer = new Informer({
    session: cluster.session,
    namespaces: ['default'],
    selection: { resource: configMaps },
    clock,
    random: Math.random,
    onChange: ({ key }) => told.push(key.name),
    onTrouble: () => undefined,
    onRewind: (rewind) => rewinds.push(rewind),
  })
  const stop = new AbortController()
  const ended = informer.run(stop.signal)
  t.teardown(async () => {
    stop.abort()
    await ended
    cluster.close()
  })
  await informer.synced
  const restore = await controlPlane.backupEtcd()
  await client.request('DELETE', `${COLLECTION}/deleted-later`)
  for (let index = 0; index < 100; index += 1) await put(`never-${index}`)
  const has = (name: string) => informer.get({ namespace: 'default', name }) !== undefined
  await eventually('what happened after the backup is known', () => has('never-99'))
  told.length = 0

  await restore()
  await put('after')
  await eventually('the copy is true', () => has('after') && has('deleted-later') && !has('never-0'))
  t.equal(rewinds.length, 1)
  t.ok(told.includes('kept'), 'what is as it was is told too')
  t.equal(told.filter((name) => name.startsWith('never-')).length, 100, 'and each that never was')
})

t.test('the operator that leads and its standby go on after a restore without a person', async (t) => {
  const cluster = await startCluster(t)
  const { controlPlane, operator, apply, read } = cluster
  const { namespace, reconciler } = operator
  const standby = launchReconciler(controlPlane.children, {
    port: 0,
    namespace,
    name: 'mcrouter-operator',
    kubeconfig: await controlPlane.serviceAccountKubeconfig(namespace, 'mcrouter-operator-reconciler', 'two'),
    flags: ['--confirm-routers=off', '--confirm-timeout=0', '--shrink-grace=0'],
  })
  standby.launch()
  t.teardown(() => standby.stop('SIGKILL'))
  await apply(mcrouter('shop', { memcached_pool_size: 2 }))
  await available(cluster, 'shop')
  await eventually('the standby is synced', async () => (await standby.log()).includes('"synced"'))
  const restore = await controlPlane.backupEtcd()
  await apply(mcrouter('shop', { memcached_pool_size: 3 }))
  await apply(mcrouter('never', {}))
  await available(cluster, 'never')

  await restore()
  const says = async (one: HostProcess) => (await one.log()).includes('everything is read anew')
  await eventually('the standby says so', () => says(standby))
  // A leader that could not renew its lease for 10 s has ended; its container would be started again.
  await eventually('the leader says so, or has ended', async () => !reconciler.running || says(reconciler))
  reconciler.launch()
  t.equal((await apply(mcrouter('after', {}))).code, 0)
  await available(cluster, 'after')
  await eventually('what is back is as it was', async () => {
    return (await read('statefulset shop-memcached', '{.spec.replicas}')) === '2'
  })
  await reconciler.stop('SIGKILL')
  t.equal((await apply(mcrouter('last', {}))).code, 0)
  await available(cluster, 'last')
})

async function available({ kubectl }: Cluster, name: string): Promise<void> {
  const args = ['wait', `mcrouter/${name}`, '--for=condition=Available', '--timeout=90s']
  const { code, stderr } = await kubectl(args)
  if (code !== 0) throw new Error(stderr)
}
