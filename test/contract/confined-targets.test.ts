import t from 'tap'
import { collectionPath, objectPath } from '../../reconciler/kube/paths.ts'
import {
  horizontalPodAutoscalers,
  networkPolicies,
  podDisruptionBudgets,
} from '../../reconciler/kube/resources.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { eventually } from '../../testing/deadline.ts'
import { mcrouter, startCluster } from '../support/cluster.ts'
import { REFUSED, Thief } from '../support/thief.ts'

// Whom the objects may act on that somebody makes who has stolen the reconciler's token: their own label passes for a Mcrouter's.

const { apply, controlPlane, kubectl, read } = await startCluster(t)
const thief = new Thief(controlPlane.client)
const labels = { 'app.kubernetes.io/managed-by': 'mcrouter-operator' }
const { code, stderr } = await apply(mcrouter('owner'))
if (code !== 0) throw new Error(stderr)
const uid = await read('mcrouter owner', '{.metadata.uid}')
const owner = { apiVersion: 'mcrouter.example.com/v1beta1', kind: 'Mcrouter', name: 'owner', uid }
await eventually(
  'its budget is there',
  async () => (await kubectl(['get', 'poddisruptionbudget', 'owner'])).code === 0,
)
const everybody = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'everybody', labels },
  spec: { podSelector: {} },
}
// Policies take effect a moment after they were made.
await eventually('the policies are in force', async () =>
  REFUSED.test((await thief.ask('POST', collectionPath(networkPolicies, 'default'), everybody)).text),
)

t.test('network policies and budgets are for pods of their Mcrouter', async (t) => {
  const ours = {
    'app.kubernetes.io/name': 'mcrouter',
    'app.kubernetes.io/instance': 'owner',
    'app.kubernetes.io/component': 'memcached-users',
  }
  for (const [resource, field] of [
    [networkPolicies, 'podSelector'],
    [podDisruptionBudgets, 'selector'],
  ] as const) {
    const path = collectionPath(resource, 'default')
    const made = (selector: JsonObject, ownerReferences = [owner]): JsonObject => ({
      apiVersion: resource.apiVersion,
      kind: resource.kind,
      metadata: { name: 'made', labels, ownerReferences },
      spec: { [field]: selector },
    })
    const { status, text } = await thief.ask('POST', path, made({ matchLabels: ours }))
    t.equal(status, 201, text.slice(0, 300))
    await thief.isRefused(t, 'POST', path, made({}))
    await thief.isRefused(t, 'POST', path, made({ matchLabels: { app: 'web' } }))
    await thief.isRefused(t, 'POST', path, made({ matchLabels: ours }, []))
    for (const label of Object.keys(ours)) {
      await thief.isRefused(t, 'POST', path, made({ matchLabels: { ...ours, [label]: 'web' } }))
      const { [label]: _, ...others } = Object(ours)
      await thief.isRefused(t, 'POST', path, made({ matchLabels: others }))
    }
  }
  const budget = objectPath(podDisruptionBudgets, { namespace: 'default', name: 'owner' })
  const others = { spec: { selector: { matchLabels: { 'app.kubernetes.io/instance': 'web' } } } }
  await thief.isRefused(t, 'PATCH', budget, others)
})

t.test('an autoscaler is for the routers of its Mcrouter, within their bounds', async (t) => {
  const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'owner' }
  const scaling = (spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject => ({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'owner', labels, ownerReferences: [owner], ...metadata },
    spec: { scaleTargetRef: target, maxReplicas: 100, ...spec },
  })
  const path = collectionPath(horizontalPodAutoscalers, 'default')
  const { status, text } = await thief.ask('POST', path, scaling())
  t.equal(status, 201, text.slice(0, 300))
  await thief.isRefused(t, 'POST', path, scaling({}, { finalizers: ['example.com/kept'] }))
  for (const wrong of [{ name: 'bystander' }, { kind: 'StatefulSet' }, { apiVersion: 'example.com/v1' }])
    await thief.isRefused(t, 'POST', path, scaling({ scaleTargetRef: { ...target, ...wrong } }))
  const bystanders = { scaleTargetRef: { ...target, name: 'bystander' } }
  // Of its own name, as it must be, and of no Mcrouter.
  await thief.isRefused(
    t,
    'POST',
    path,
    scaling({ scaleTargetRef: { ...target, name: 'web' } }, { name: 'web' }),
  )
  await thief.isRefused(t, 'POST', path, scaling({ maxReplicas: 101 }))
  await thief.isRefused(t, 'POST', path, scaling({}, { ownerReferences: [] }))
  const older = { ...horizontalPodAutoscalers, apiVersion: 'autoscaling/v1' }
  const said = { ...scaling(bystanders), apiVersion: older.apiVersion }
  await thief.isRefused(t, 'POST', collectionPath(older, 'default'), said)
})
