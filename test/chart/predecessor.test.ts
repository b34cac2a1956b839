import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { startControlPlane } from '../../testing/control-plane/index.ts'
import { eventually } from '../../testing/deadline.ts'
import { HELM_VERSIONS } from './chart.ts'
import { Release, removeApi, shell, succeeded } from './cluster.ts'

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

/** One of a version that is not served any more, as etcd has it. */
const OLDEST = {
  apiVersion: 'mcrouter.example.com/v1alpha2',
  kind: 'Mcrouter',
  metadata: { name: 'oldest', namespace: 'default', creationTimestamp: '2019-11-25T00:00:00Z' },
  spec: { memcached_pool_size: 4, pool_setup: 'sharded' },
}

const SERVED = STORED.spec.versions
const definitions = [
  ['the definition of the Ansible operator', STORED],
  [
    'the definition of its version 0.0.1, with an object',
    {
      ...STORED,
      spec: { ...STORED.spec, versions: SERVED.map((version) => ({ ...version, name: 'v1alpha2' })) },
      status: { storedVersions: ['v1alpha2'] },
    },
  ],
] as const

/** The commands of migrating.md's step 2 up to Helm's, by shell. */
const guide = await readFile(new URL('../../docs/migrating.md', import.meta.url), 'utf8')
const step = guide.slice(guide.indexOf('2. Install this one'), guide.indexOf('3. Watch it'))
const commands = [...step.matchAll(/^ {3}((?:kubectl|helm template) .*)$/gm)].map(
  ([, command = '']) => command,
)

for (const version of HELM_VERSIONS) {
  for (const [what, definition] of definitions) {
    t.test(`with Helm ${version}, ${what} makes way for ours as migrating.md says`, async (t) => {
      t.teardown(() => removeApi(plane))
      const metadata = { ...STORED.metadata, uid: randomUUID() }
      const { name } = metadata
      await plane.store(`apiextensions.k8s.io/customresourcedefinitions/${name}`, { ...definition, metadata })
      const old = { ...OLDEST, metadata: { ...OLDEST.metadata, uid: randomUUID() } }
      const isOldest = definition !== STORED
      if (isOldest) await plane.store('mcrouter.example.com/mcrouters/default/oldest', old)
      // Not by kubectl, which remembers for hours which versions were served.
      const path = `/apis/mcrouter.example.com/${isOldest ? 'v1alpha2' : 'v1alpha3'}/mcrouters`
      await eventually('it is served', async () => (await plane.client.request('GET', path)).status === 200)

      t.equal(commands.length, 6)
      for (const command of commands) {
        // What was changed by the one before is served a moment later.
        await eventually(command, async () => {
          const { code, stderr } = await shell(plane, command)
          if (code === 0 || stderr.includes('no objects passed')) return true
          throw new Error(stderr)
        })
      }
      const release = new Release(plane, version, 'mcrouter-operator', 'mcrouter-system')
      succeeded(t, await release.install(), 'helm install')
      succeeded(
        t,
        await plane.kubectl([
          'explain',
          'mcrouter.spec.pool_setup',
          '--api-version=mcrouter.example.com/v1alpha3',
        ]),
        'kubectl explain',
      )
      if (isOldest) {
        const { stdout } = await plane.kubectl([
          'get',
          'mcrouters.v1alpha3.mcrouter.example.com/oldest',
          '-o=jsonpath={.spec}',
        ])
        t.same(JSON.parse(stdout).memcached_pool_size, 4)
      }
      succeeded(t, await release.uninstall(), 'helm uninstall')
    })
  }
}
