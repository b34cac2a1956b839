import t from 'tap'
import { statefulSets } from '../../reconciler/kube/resources.ts'
import { eventually } from '../../testing/deadline.ts'
import { at } from '../support/at.ts'
import { startBareCluster } from '../support/bare-cluster.ts'
import { mcrouters } from '../support/mcrouters.ts'
import { reconciledNamespace } from '../support/reconciler/namespace.ts'

const cluster = await startBareCluster(t)
const { get, patch } = cluster

t.test('objects and pods follow the labels and annotations that they inherit', async (t) => {
  const inherit = { labels: ['team'], annotations: ['mesh.example.com/'] }
  const { want, settled, children } = await reconciledNamespace(t, cluster, 'inheriting', { inherit })
  const annotate = (metadata: object) => patch(mcrouters, 'inheriting', 'cache', { metadata })
  const teams = async () =>
    new Set(
      (await children()).flatMap((child) => {
        const pod = at(child, 'spec', 'template')
        return [child, ...(pod === undefined ? [] : [pod])].map((one) =>
          at(one, 'metadata', 'labels', 'team'),
        )
      }),
    )
  const podAnnotations = async () =>
    at(
      await get(statefulSets, 'inheriting', 'cache-memcached'),
      ...['spec', 'template', 'metadata', 'annotations'],
    )

  await want({})
  await settled()
  t.strictSame(await teams(), new Set([undefined]))
  await annotate({
    labels: { team: 'red', tier: 'web' },
    annotations: { 'mesh.example.com/inject': 'false', note: 'x' },
  })
  await eventually('all have the label', async () => {
    const found = await teams()
    return found.size === 1 && found.has('red')
  })
  t.strictSame(await podAnnotations(), { 'mesh.example.com/inject': 'false' })
  t.notMatch(JSON.stringify(await children()), /"tier"|"note"/)

  await annotate({ labels: { team: null }, annotations: { 'mesh.example.com/inject': null } })
  await eventually('none has it any more', async () => {
    const found = await teams()
    return found.size === 1 && found.has(undefined)
  })
  t.equal(await podAnnotations(), undefined)
  await settled()
})
