import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import t from 'tap'
import { startControlPlane } from '../support/control-plane/index.ts'
import { eventually } from '../support/deadline.ts'
import { CHART, HELM_VERSIONS } from './chart.ts'
import { CRD, Release, removeApi, succeeded } from './cluster.ts'

const plane = await startControlPlane()
t.teardown(() => plane.stop())

/** The Ansible operator's definition (geerlingguy/mcrouter-operator at 5caa145), made as v1beta1 and stored as v1. */
const STORED = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'mcrouters.mcrouter.example.com', creationTimestamp: '2019-11-25T00:00:00Z' },
  spec: {
    group: 'mcrouter.example.com',
    scope: 'Namespaced',
    names: { kind: 'Mcrouter', listKind: 'McrouterList', plural: 'mcrouters', singular: 'mcrouter' },
    conversion: { strategy: 'None' },
    preserveUnknownFields: true,
    versions: [{ name: 'v1alpha3', served: true, storage: true, subresources: { status: {} } }],
  },
}

for (const version of HELM_VERSIONS) {
  t.test(`with Helm ${version}, the definition of the Ansible operator makes way for ours`, async (t) => {
    t.teardown(() => removeApi(plane))
    const metadata = { ...STORED.metadata, uid: randomUUID() }
    const { name } = metadata
    await plane.store(`apiextensions.k8s.io/customresourcedefinitions/${name}`, { ...STORED, metadata })
    await eventually('it is served', async () => (await plane.kubectl(['get', 'mcrouters'])).code === 0)
    const release = new Release(plane, version)

    const file = join(CHART, 'files', 'crd.yaml')
    for (const command of [
      ['apply', '--server-side', '--force-conflicts', '--field-manager=helm', '-f', file],
      ['annotate', CRD, `meta.helm.sh/release-name=${release.name}`],
      ['annotate', CRD, `meta.helm.sh/release-namespace=${release.namespace}`],
      ['label', CRD, 'app.kubernetes.io/managed-by=Helm'],
    ]) {
      succeeded(t, await plane.kubectl(command), `kubectl ${command[0]}`)
    }
    succeeded(t, await release.install(), 'helm install')
    succeeded(t, await plane.kubectl(['explain', 'mcrouter.spec.pool_setup']), 'kubectl explain')
    succeeded(t, await release.uninstall(), 'helm uninstall')
  })
}
