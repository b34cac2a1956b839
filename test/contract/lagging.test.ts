import t from 'tap'
import { statefulSets } from '../../reconciler/kube/resources.ts'
import { GENERATION_ANNOTATION } from '../../schemas/well-known.ts'
import { at } from '../support/at.ts'
import { startBareCluster } from '../support/bare-cluster.ts'
import { FaultProxy } from '../support/fault-proxy/index.ts'
import { startReconciler } from '../support/reconciler/index.ts'
import { reconciledNamespace } from '../support/reconciler/namespace.ts'

const cluster = await startBareCluster(t)
const FENCED = ['ConfigMap', 'StatefulSet']

t.test(
  'a reconciler that hears nothing of Mcrouters does not undo a scale that it does not know of',
  async (t) => {
    const namespace = 'lagging'
    const { requests, settled, want } = await reconciledNamespace(t, cluster, namespace, {
      given: { memcached_pool_size: 2 },
    })
    await settled()
    const proxy = await FaultProxy.start(cluster.controlPlane)
    t.teardown(() => proxy.stop())
    proxy.fault = ({ isWatch, url }) =>
      isWatch && url.includes('/mcrouters') ? { kind: 'silent' } : undefined
    const lagging = await startReconciler(
      { ...cluster.controlPlane, kubeconfig: proxy.kubeconfig },
      { namespace, graceMs: 100 },
    )
    t.teardown(() => lagging.stop())

    await want({ memcached_pool_size: 4 })
    await settled()
    const written = (await requests())
      .map(({ requestObject = {} }) => requestObject)
      .filter(({ kind }) => FENCED.includes(String(kind)))
      .map((manifest) => Number(at(manifest, 'metadata', 'annotations', GENERATION_ANNOTATION)))
    t.strictSame(written, written.toSorted(), 'no write of an older spec follows one of a newer spec')
    const statefulSet = await cluster.get(statefulSets, namespace, 'cache-memcached')
    t.equal(at(statefulSet, 'spec', 'replicas'), 4)
  },
)
