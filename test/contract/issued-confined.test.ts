import t from 'tap'
import { collectionPath, objectPath } from '../../reconciler/kube/paths.ts'
import { deployments, secrets } from '../../reconciler/kube/resources.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { eventually } from '../../testing/deadline.ts'
import { startCluster } from '../support/cluster.ts'
import { REFUSED, Thief } from '../support/thief.ts'

// What the right to create and patch Secrets is worth to somebody who has stolen the reconciler's token.

const { apply, controlPlane, kubectl, operator, read } = await startCluster(t, {
  values: ['rbac.issueCertificates=true'],
  reconcilerFlags: ['--issue-certificates=on'],
})
const thief = new Thief(controlPlane.client)
const MERGE = 'application/merge-patch+json'
const NAME = 'owner-memcached-tls'
const labels = {
  'app.kubernetes.io/managed-by': 'mcrouter-operator',
  'app.kubernetes.io/instance': 'owner',
}

async function asAdmin(object: JsonObject): Promise<void> {
  const { code, stderr } = await apply(object)
  if (code !== 0) throw new Error(stderr)
}

const secret = (name: string, metadata: JsonObject = {}, more: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  type: 'kubernetes.io/tls',
  metadata: { name, ...metadata },
  data: { 'tls.crt': '', 'tls.key': Buffer.from('xyzzy-42').toString('base64') },
  ...more,
})
const path = (name: string, namespace = 'default') => objectPath(secrets, { namespace, name })

await asAdmin({
  apiVersion: 'mcrouter.example.com/v1beta1',
  kind: 'Mcrouter',
  metadata: { name: 'owner' },
  spec: { memcached: { tls: { issuer: 'Operator' } } },
})
await eventually('it has its Secret', async () => (await kubectl(['get', 'secret', NAME])).code === 0)
const uid = await read('mcrouter owner', '{.metadata.uid}')
const owner = { apiVersion: 'mcrouter.example.com/v1beta1', kind: 'Mcrouter', name: 'owner', uid }
await asAdmin(secret('password'))
await asAdmin(secret('cert-memcached-tls'))
await asAdmin(secret('labelled', { labels }))
await asAdmin(
  secret(
    'web-memcached-tls',
    { labels: { ...labels, 'app.kubernetes.io/instance': 'web' } },
    { type: 'Opaque' },
  ),
)
await eventually('the policies are in force', async () =>
  REFUSED.test((await thief.ask('PATCH', path('password'), {}, MERGE)).text),
)

t.test('nothing is told of the Secrets of others', async (t) => {
  for (const name of ['password', 'cert-memcached-tls', 'labelled', 'web-memcached-tls']) {
    for (const patch of [{}, { metadata: { labels, ownerReferences: [owner] } }]) {
      await thief.isRefused(t, 'PATCH', path(name), patch, MERGE)
      t.notMatch((await thief.ask('PATCH', path(name), patch, MERGE)).text, /xyzzy|eHl6enktND/)
    }
    t.equal((await thief.ask('GET', path(name))).status, 403)
    t.equal((await thief.ask('DELETE', path(name))).status, 403)
  }
  t.equal((await thief.ask('GET', collectionPath(secrets, 'default'))).status, 403)
})

t.test('its own are', async (t) => {
  const { status, text } = await thief.ask('PATCH', path(NAME), {}, MERGE)
  t.equal(status, 200, text.slice(0, 300))
  for (const name of ['mcrouter-operator-ca', 'mcrouter-operator-serving-cert']) {
    t.equal((await thief.ask('PATCH', path(name, operator.namespace), {}, MERGE)).status, 200, name)
    await asAdmin(secret(name))
    await thief.isRefused(t, 'PATCH', path(name), {}, MERGE)
  }
})

t.test('none is made but a certificate, of the Mcrouter that owns it', async (t) => {
  const made = (metadata: JsonObject = {}, more: JsonObject = {}) =>
    secret(
      'made-memcached-tls',
      {
        labels: { ...labels, 'app.kubernetes.io/instance': 'made' },
        ownerReferences: [{ ...owner, name: 'made' }],
        ...metadata,
      },
      more,
    )
  const collection = collectionPath(secrets, 'default')
  const { status, text } = await thief.ask('POST', collection, made())
  t.equal(status, 201, text.slice(0, 300))
  const annotations = { 'kubernetes.io/service-account.name': 'default' }
  for (const wrong of [
    made({ annotations }, { type: 'kubernetes.io/service-account-token', data: {} }),
    made({}, { type: 'Opaque' }),
    made({ name: 'token' }),
    made({ labels: {} }),
    made({ ownerReferences: [] }),
    made({ ownerReferences: [owner] }),
    made({ ownerReferences: [{ ...owner, apiVersion: 'v1', kind: 'ConfigMap', name: 'made' }] }),
    made({ annotations: { 'example.com/copy-to': 'everywhere' } }),
    made({ finalizers: ['example.com/kept'] }),
  ])
    await thief.isRefused(t, 'POST', collection, wrong)
  for (const metadata of [
    { labels: { 'app.kubernetes.io/managed-by': null } },
    { annotations: { a: 'b' } },
    { finalizers: ['example.com/kept'] },
    { ownerReferences: [] },
  ])
    await thief.isRefused(t, 'PATCH', path(NAME), { metadata }, MERGE)
})

t.test('pods mount the one of their Mcrouter alone', async (t) => {
  const items = ['tls.crt', 'tls.key'].map((key) => ({ key, path: key }))
  const mounting = (secretName: string, keys: readonly JsonObject[] = items): JsonObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'made', labels, ownerReferences: [owner] },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          containers: [
            { name: 'web', image: 'example.com/web:1', securityContext: { allowPrivilegeEscalation: false } },
          ],
          volumes: [{ name: 'v', secret: { secretName, items: keys } }],
        },
      },
    },
  })
  const collection = collectionPath(deployments, 'default')
  const { status, text } = await thief.ask('POST', collection, mounting(NAME))
  t.equal(status, 201, text.slice(0, 300))
  for (const name of ['password', 'cert-memcached-tls'])
    await thief.isRefused(t, 'POST', collection, mounting(name))
  await thief.isRefused(t, 'POST', collection, mounting(NAME, []))
  await thief.isRefused(t, 'POST', collection, mounting(NAME, [{ key: 'ca.key', path: 'x' }]))
})
