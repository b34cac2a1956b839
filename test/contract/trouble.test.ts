import t from 'tap'
import { deployments, events } from '../../reconciler/kube/resources.ts'
import { eventually } from '../../testing/deadline.ts'
import { at } from '../support/at.ts'
import { startBareCluster } from '../support/bare-cluster.ts'
import { reconciledNamespace } from '../support/reconciler/namespace.ts'

// What is wrong is named within seconds, in words that help.

const cluster = await startBareCluster(t)
const { apply, get, list, patch, remove } = cluster

t.test('pods that a quota refuses are said to be refused, and come once they may', async (t) => {
  const { want, status, reason } = await reconciledNamespace(t, cluster, 'quota')
  const quotas = { apiVersion: 'v1', kind: 'ResourceQuota', plural: 'resourcequotas' }
  const hard = { pods: '1' }
  await apply(quotas, { metadata: { name: 'tight', namespace: 'quota' }, spec: { hard } })
  // As the quota controller would, which does not run here; what is used is counted at admission.
  await patch(quotas, 'quota', 'tight', { status: { hard, used: { pods: '0' } } }, 'status')
  await want({})
  await eventually('it is said', async () => (await reason('Degraded')) === 'PodsRefused')
  t.match(JSON.stringify(await status()), /exceeded quota: tight/)
  await remove(quotas, 'quota', 'tight')
  const well = async () => (await reason('Degraded')) === 'AsExpected'
  await eventually('all is well', well, { withinMs: 60_000 })
})

t.test('a pod whose image cannot be pulled is named, and the message goes when it is mended', async (t) => {
  const { want, settled, status, reason } = await reconciledNamespace(t, cluster, 'image')
  await want({})
  await settled()
  const message = 'Back-off pulling image "memcached:nope"'
  await cluster.kubelet.decide((pod) =>
    at(pod, 'spec', 'containers', 0, 'image') === 'memcached:nope'
      ? { reason: 'ImagePullBackOff', message }
      : 'ready',
  )
  await want({ memcached_image: 'memcached:nope' })
  await eventually('it is said', async () => (await reason('Degraded')) === 'ImagePullFailed')
  t.match(
    JSON.stringify(await status()),
    /Pod cache-memcached-1 cannot get image memcached:nope: Back-off pulling/,
  )
  await want({})
  await eventually('it is mended', async () => (await reason('Degraded')) === 'AsExpected')
})

t.test('a fight over a field is noticed, told, and does not become a storm', async (t) => {
  const { want, settled, status, reason, requests } = await reconciledNamespace(t, cluster, 'fight')
  await want({})
  await settled()
  const peace = new AbortController()
  const rival = (async () => {
    while (!peace.signal.aborted) {
      const replicas = at(await get(deployments, 'fight', 'cache'), 'spec', 'replicas')
      if (replicas === 2) await patch(deployments, 'fight', 'cache', { spec: { replicas: 1 } })
    }
  })()
  await eventually('it is noticed', async () => (await reason('Degraded')) === 'FieldConflict')
  peace.abort()
  await rival
  const note = /Deployment cache: somebody keeps changing spec\.replicas/
  t.match(JSON.stringify(await status()), note)
  const told = await eventually('an event tells it', async () => {
    const conflicts = (await list(events, 'fight')).filter((event) => event.reason === 'FieldConflict')
    return conflicts.length > 0 && conflicts
  })
  t.match(told, [{ type: 'Warning', note }], 'one, however often it happens')
  const corrections = (await requests()).filter(
    ({ object, code }) => object.resource === 'deployments' && code === 200,
  )
  t.ok(corrections.length <= 6, `${corrections.length} corrections`)
})
