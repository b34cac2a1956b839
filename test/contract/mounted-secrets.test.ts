import t from 'tap'
import { collectionPath, objectPath } from '../../reconciler/kube/paths.ts'
import { deployments, mcrouters } from '../../reconciler/kube/resources.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { eventually } from '../../testing/deadline.ts'
import { mcrouter, startCluster } from '../support/cluster.ts'
import { Thief } from '../support/thief.ts'

// Whose Secrets become files in pods of a Mcrouter.

const { apply, controlPlane, kubectl, read } = await startCluster(t)
const thief = new Thief(controlPlane.client)

async function asAdmin(object: JsonObject): Promise<void> {
  const { code, stderr } = await apply(object)
  if (code !== 0) throw new Error(stderr)
}

t.test('who has a Secret mounted may read it', async (t) => {
  const rights = (...resources: string[]) =>
    kubectl(['create', 'role', 'developer', ...resources, '--dry-run=client', '-o', 'json'])
  const bound = await kubectl(['create', 'rolebinding', 'developer', '--role=developer', '--user=developer'])
  t.equal(bound.code, 0, bound.stderr)
  const role = JSON.parse((await rights('--verb=get,create,patch', '--resource=mcrouters')).stdout)
  const may = async (...more: JsonObject[]) => asAdmin({ ...role, rules: [...role.rules, ...more] })
  await may()
  const naming = (secretName: string, spec: JsonObject = {}): JsonObject => ({
    apiVersion: 'mcrouter.example.com/v1beta1',
    kind: 'Mcrouter',
    metadata: { name: 'secured' },
    spec: { router: { tls: { clients: { secretName } } }, ...spec },
  })
  const said = async (object: JsonObject, ...args: string[]) =>
    (await apply(object, '--as=developer', ...args)).stderr
  const DENIED = /who names a Secret in a Mcrouter must be allowed to get it/
  await eventually('the policy is in force', async () => DENIED.test(await said(naming('cache-tls'))))

  const annotations = { 'mcrouter.example.com/v1beta1': JSON.stringify(naming('cache-tls').spec) }
  t.match(
    await said(mcrouter('secured', { mcrouter_release: 'current' }, { annotations })),
    DENIED,
    'nor in the words of another version',
  )
  await may({ apiGroups: [''], resources: ['secrets'], resourceNames: ['cache-tls'], verbs: ['get'] })
  await eventually('it may be read', async () => (await said(naming('cache-tls'))) === '')
  t.match(await said(naming('other')), DENIED)
  await may()
  const tls = { secretName: 'cache-tls' }
  const image = 'example.com/evil:1'
  const tried = (spec: JsonObject) => said(naming('cache-tls', spec), '--dry-run=server')
  const withImage = { router: { image, tls: { clients: tls } } }
  await eventually('it may no longer be read', async () => DENIED.test(await tried(withImage)))
  t.match(await tried({ router: { image, tls: { servers: tls } } }), DENIED, 'nor for another end')
  t.match(await tried({ memcached: { image, tls } }), DENIED)
  t.match(await tried({ pools: [{ name: 'more', image, tls }] }), DENIED)
  const more = { pools: [{ name: 'more', image }], router: { tls: { clients: tls, servers: tls } } }
  t.equal(await said(naming('cache-tls', more)), '', 'what was named before stays, in that image')

  // It completes what was stored without the webhook.
  const stored = objectPath(mcrouters, { namespace: 'default', name: 'secured' })
  const patch = { spec: { router: { image } } }
  const { status, text } = await thief.ask('PATCH', stored, patch, 'application/merge-patch+json')
  t.equal(status, 200, text.slice(0, 300))
})

t.test('as many Secrets as a spec can name are each asked about', async (t) => {
  const names = Array.from({ length: 19 }, (_, index) => `secret-${index}`)
  const [clients, servers, memcached, ...pools] = names.map((secretName) => ({ secretName }))
  const spec = {
    memcached: { tls: memcached },
    pools: pools.map((tls, index) => ({ name: `pool-${index}`, tls })),
    router: { tls: { clients, servers } },
  }
  const object = {
    apiVersion: 'mcrouter.example.com/v1beta1',
    kind: 'Mcrouter',
    metadata: { name: 'many' },
    spec,
  }
  const bound = await kubectl(['create', 'rolebinding', 'many', '--role=many', '--user=many'])
  t.equal(bound.code, 0, bound.stderr)
  const may = async (resourceNames: string[]) =>
    asAdmin({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'many' },
      rules: [
        { apiGroups: ['mcrouter.example.com'], resources: ['mcrouters'], verbs: ['get', 'create', 'patch'] },
        { apiGroups: [''], resources: ['secrets'], resourceNames, verbs: ['get'] },
      ],
    })
  const tried = () => apply(object, '--as=many', '--dry-run=server')
  await may(names)
  let said = ''
  const isTaken = async () => {
    const { code, stderr } = await tried()
    said = stderr
    return code === 0 || /cost limit/.test(stderr)
  }
  await eventually('all of them may be read', isTaken)
  t.notMatch(said, /cost limit/, 'the API server has time for it')
  for (const missing of [0, 1, 2, 17, 18]) {
    await may(names.toSpliced(missing, 1))
    await eventually(`secret-${missing} may not be read`, async () =>
      /who names a Secret in a Mcrouter must be allowed to get it/.test((await tried()).stderr),
    )
    await may(names)
    await eventually('it may again', async () => (await tried()).code === 0)
  }
})

t.test('without rbac.mountCertificates the reconciler mounts no certificate', async (t) => {
  const path = collectionPath(deployments, 'default')
  const labels = { 'app.kubernetes.io/managed-by': 'mcrouter-operator' }
  const mounting = (source: JsonObject): JsonObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'made', labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          containers: [
            {
              name: 'mcrouter',
              image: 'example.com/mcrouter:1',
              securityContext: { allowPrivilegeEscalation: false },
            },
          ],
          volumes: [{ name: 'v', ...source }],
        },
      },
    },
  })
  const { status, text } = await thief.ask('POST', path, mounting({ configMap: { name: 'x' } }))
  t.equal(status, 201, text.slice(0, 300))
  const items = [{ key: 'tls.crt', path: 'tls.crt' }]
  await thief.isRefused(t, 'POST', path, mounting({ secret: { secretName: 'x', items } }))
})

t.test(
  'an operator that is not installed to issue certificates says so, and writes nothing that mounts one',
  async (t) => {
    await asAdmin({
      apiVersion: 'mcrouter.example.com/v1beta1',
      kind: 'Mcrouter',
      metadata: { name: 'issued' },
      spec: { memcached: { tls: { issuer: 'Operator' } } },
    })
    const said = '{.status.conditions[?(@.type=="Degraded")].message}'
    await eventually('it says so', async () =>
      (await read('mcrouter/issued', said)).includes('Have it installed with rbac.issueCertificates=true'),
    )
    const { stdout } = await kubectl(['get', 'secret,statefulset,deployment', '-o', 'name'])
    t.notMatch(stdout, /issued/)
  },
)
