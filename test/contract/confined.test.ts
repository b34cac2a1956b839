import t, { type Test } from 'tap'
import { issueAuthority } from '../../certs/authority.ts'
import type { Resource } from '../../reconciler/kube/api.ts'
import { collectionPath, objectPath } from '../../reconciler/kube/paths.ts'
import { configMaps, deployments, pods, replicaSets } from '../../reconciler/kube/resources.ts'
import { KINDS } from '../../render/kinds.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { eventually } from '../../testing/deadline.ts'
import { at } from '../support/at.ts'
import { mcrouter, startCluster } from '../support/cluster.ts'
import { REFUSED, Thief } from '../support/thief.ts'

// What somebody can do who has stolen the reconciler's token: what RBAC grants, less what the chart's policies refuse.

const { apply, controlPlane, kubectl, read } = await startCluster(t, {
  values: ['rbac.mountCertificates=true'],
})
const thief = new Thief(controlPlane.client)

async function asAdmin(object: JsonObject): Promise<void> {
  const { code, stderr } = await apply(object)
  if (code !== 0) throw new Error(stderr)
}

const metadata = { name: 'bystander', labels: { app: 'web' }, annotations: { team: 'web' } }
const container = {
  name: 'web',
  image: 'example.com/web:1',
  securityContext: { allowPrivilegeEscalation: false },
}
const selector = { matchLabels: { app: 'web' } }
const template = (spec: JsonObject = {}): JsonObject => ({
  metadata: { labels: { app: 'web' } },
  spec: { automountServiceAccountToken: false, containers: [container], ...spec },
})
const workload = (spec: JsonObject = {}, more: JsonObject = {}): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { ...metadata, ...more },
  spec: { replicas: 1, selector, template: template(spec) },
})

await asAdmin(workload())
await asAdmin({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [container] } })
await asAdmin({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { key: 'value' } })
await asAdmin({
  apiVersion: 'v1',
  kind: 'Service',
  metadata,
  spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
})
await asAdmin({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata,
  spec: { maxUnavailable: 1, selector },
})
await asAdmin({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata,
  spec: { podSelector: selector },
})
// With pods of its own: it would adopt those above, and delete what no node has.
const matchLabels = { app: 'daemon' }
const daemons = { selector: { matchLabels }, template: { ...template(), metadata: { labels: matchLabels } } }
await asAdmin({ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata, spec: daemons })
await asAdmin({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata,
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'bystander' }, maxReplicas: 2 },
})
await asAdmin(mcrouter('owner'))
await eventually(
  'its objects are there',
  async () => (await kubectl(['get', 'deployment', 'owner'])).code === 0,
)
const uid = await read('mcrouter owner', '{.metadata.uid}')
const owner = { apiVersion: 'mcrouter.example.com/v1alpha3', kind: 'Mcrouter', name: 'owner', uid }

const bystander = (resource: Resource, name = 'bystander') =>
  objectPath(resource, { namespace: 'default', name })
const relabelled = { metadata: { labels: { app: 'other' } } }

// Policies take effect a moment after they were made.
await eventually('the policies are in force', async () =>
  REFUSED.test((await thief.ask('PATCH', bystander(configMaps), relabelled)).text),
)

t.test('no running pod gets another image, label, annotation or owner', async (t) => {
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'bystander', uid: 'x' }]
  for (const patch of [
    { spec: { containers: [{ ...container, image: 'example.com/evil:1' }] } },
    relabelled,
    { metadata: { labels: null } },
    { metadata: { annotations: { team: 'other' } } },
    { metadata: { annotations: { team: null } } },
    { metadata: { annotations: { more: 'x' } } },
    { metadata: { finalizers: ['example.com/kept'] } },
    { metadata: { ownerReferences } },
  ])
    await thief.isRefused(t, 'PATCH', bystander(pods), patch)
  const nudged = { metadata: { annotations: { 'mcrouter.example.com/config': 'x' } } }
  const { status, text } = await thief.ask('PATCH', bystander(pods), nudged)
  t.equal(status, 200, text.slice(0, 200))
})

t.test("nothing of others' is changed or deleted", async (t) => {
  const [replicaSet = ''] = (await read('replicaset -l app=web', '{.items[*].metadata.name}')).split(' ')
  const theirs = [...KINDS.values()]
    .filter(({ kind }) => kind !== 'StatefulSet')
    .map((resource) => bystander(resource))
  for (const path of [...theirs, bystander(replicaSets, replicaSet)]) {
    await thief.isRefused(t, 'PATCH', path, relabelled)
    await thief.isRefused(t, 'DELETE', path)
  }
})

t.test('no pods are made that reach more than their own container', async (t) => {
  const made = (spec: JsonObject, of: JsonObject = { ownerReferences: [owner] }) =>
    workload(spec, { name: 'made', ...of })
  const path = collectionPath(deployments, 'default')
  const { status, text } = await thief.ask('POST', path, made({}))
  t.equal(status, 201, text.slice(0, 200))

  const items = ['tls.crt', 'tls.key', 'ca.crt'].map((key) => ({ key, path: key }))
  const certificate = made({ volumes: [{ name: 'v', secret: { secretName: 'x', items } }] })
  t.equal((await thief.ask('POST', path, certificate)).status, 201, 'certificates are mounted')
  await thief.isRefused(t, 'POST', path, made({}, {}))
  const volumes = [
    { secret: { secretName: 'x' } },
    {
      secret: {
        secretName: 'x',
        items: [
          { key: 'tls.key', path: 'a' },
          { key: 'token', path: 'b' },
        ],
      },
    },
    { hostPath: { path: '/' } },
    { projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
  ].map((source) => ({ volumes: [{ name: 'v', ...source }] }))
  const containers = [
    { envFrom: [{ secretRef: { name: 'x' } }] },
    { env: [{ name: 'X', valueFrom: { secretKeyRef: { name: 'x', key: 'x' } } }] },
    { securityContext: { allowPrivilegeEscalation: true } },
    { securityContext: {} },
  ].flatMap((more) => [
    { containers: [{ ...container, ...more }] },
    { initContainers: [{ ...container, name: 'first', ...more }] },
  ])
  const token = { automountServiceAccountToken: true }
  for (const spec of [
    token,
    { hostNetwork: true },
    { hostPID: true },
    { hostIPC: true },
    ...volumes,
    ...containers,
  ])
    await thief.isRefused(t, 'POST', path, made(spec))
})

const DEFINITION = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/mcrouters.mcrouter.example.com'

const MERGE = 'application/merge-patch+json'

async function keptAsDefined(t: Test, path: string, patches: readonly JsonObject[]): Promise<void> {
  for (const patch of patches) await thief.isRefused(t, 'PATCH', path, patch, MERGE)
}

t.test('the conversion of Mcrouters is not sent elsewhere, nor their definition changed', async (t) => {
  const { body } = await controlPlane.client.request('GET', DEFINITION)
  const versions = at(body, 'spec', 'versions')
  const calling = (clientConfig: JsonObject): JsonObject => ({
    strategy: 'Webhook',
    webhook: { conversionReviewVersions: ['v1'], clientConfig },
  })
  // Each whole: beside one of the two, the other would be no definition at all.
  const service = { namespace: 'evil', name: 'evil', path: '/convert', port: 443 }
  const patches = [
    { spec: { conversion: calling({ url: 'https://evil.example/convert', service: null }) } },
    { spec: { conversion: calling({ url: null, service }) } },
    { spec: { conversion: { webhook: { conversionReviewVersions: ['v1', 'v1beta1'] } } } },
    { spec: { conversion: { strategy: 'None', webhook: null } } },
    { spec: { names: { shortNames: ['x'] } } },
    {
      spec: {
        versions: [...(Array.isArray(versions) ? versions : [])].map((one) => ({ ...one, deprecated: true })),
      },
    },
    { metadata: { labels: { a: 'b' } } },
    { metadata: { annotations: { a: 'b' } } },
    { metadata: { finalizers: ['example.com/kept'] } },
  ]
  await keptAsDefined(t, DEFINITION, patches)
})

t.test('nobody is told that Mcrouters are no longer served, or of names that are not theirs', async (t) => {
  const { body } = await controlPlane.client.request('GET', DEFINITION)
  t.same(at(body, 'status', 'storedVersions'), ['v1beta1'])
  const conditions = at(body, 'status', 'conditions')
  const established = Array.isArray(conditions) ? conditions : []
  const lastTransitionTime = '2026-01-01T00:00:00Z'
  // With this one the API server refuses to create any, in every namespace.
  const terminating = { type: 'Terminating', status: 'True', reason: 'X', message: 'x', lastTransitionTime }
  await keptAsDefined(t, `${DEFINITION}/status`, [
    { status: { conditions: [...established, terminating] } },
    { status: { conditions: established.map((one) => ({ ...one, status: 'False' })) } },
    { status: { conditions: [] } },
    { status: { acceptedNames: { plural: 'x' } } },
    { status: { acceptedNames: { shortNames: ['x'] } } },
    { status: { storedVersions: ['v1alpha3', 'v1beta1'] } },
  ])
})

t.test('that all are stored in the newest version may be said', async (t) => {
  const stored = async (...storedVersions: string[]) => {
    const options = { body: { status: { storedVersions } } }
    const { status, text } = await controlPlane.client.request('PATCH', `${DEFINITION}/status`, options)
    t.equal(status, 200, text.slice(0, 500))
  }
  await stored('v1alpha3', 'v1beta1')
  const shortened = { status: { storedVersions: ['v1beta1'] } }
  const { status, text } = await thief.ask('PATCH', `${DEFINITION}/status`, shortened, MERGE)
  t.equal(status, 200, text.slice(0, 500))
  await stored('v1beta1')
})

t.test('the CA for the conversion may be', async (t) => {
  const { certificate } = await issueAuthority(Date.now())
  const caBundle = Buffer.from(certificate).toString('base64')
  const registered = { spec: { conversion: { webhook: { clientConfig: { caBundle } } } } }
  const { status, text } = await thief.ask('PATCH', DEFINITION, registered, MERGE)
  t.equal(status, 200, text.slice(0, 500))
})
