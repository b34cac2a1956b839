import t from 'tap'
import { Mutations } from '../../../reconciler/apply/mutations.ts'
import type { KubeObject } from '../../../reconciler/kube/api.ts'
import { transformChild } from '../../../reconciler/observe/child.ts'
import { type OwnedManifest, planOf } from '../../../reconciler/plan/plan.ts'
import { desiredObjects } from '../../../reconciler/stages/plan.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { MAIN_POOL } from '../../../schemas/mcrouter.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { desiredOf } from '../plan/applied.ts'
import { MCROUTER } from '../reconcile-context.ts'

const [deployment] = desiredOf().filter(({ kind }) => kind === 'Deployment')
if (deployment === undefined) throw new Error('no Deployment')

const IMAGE = 'spec.template.spec.containers[mcrouter].image'
const MIRRORED = 'mirror.example.com/mcrouter:1'

/** FieldsV1 of all that is in a value: of the containers each field, of any other list the whole. */
function fieldsOf(value: unknown, field = ''): JsonObject {
  if (Array.isArray(value)) {
    if (field !== 'containers') return {}
    return Object.fromEntries(
      value.map((item) => [`k:${JSON.stringify({ name: Object(item).name })}`, fieldsOf(item)]),
    )
  }
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(
    Object.entries(value).map(([name, below]) => [`f:${name}`, fieldsOf(below, name)]),
  )
}

/** What the API server answers to an apply where admission set another image. */
function stored(manifest: OwnedManifest, image: string, others: readonly JsonObject[] = []): KubeObject {
  const { apiVersion, kind, metadata, ...rest } = manifest
  const { name, namespace, ...owned } = metadata
  const [container] = Object(rest).spec.template.spec.containers
  const body = structuredClone(rest)
  Object(body).spec.template.spec.containers = [{ ...container, image }]
  const managedFields = [
    { manager: 'mcrouter-operator', operation: 'Apply', fieldsV1: fieldsOf({ ...rest, metadata: owned }) },
    ...others,
  ]
  return {
    apiVersion,
    kind,
    metadata: { ...metadata, uid: 'u', resourceVersion: '2', managedFields },
    ...body,
  }
}

const asApplied = Object(deployment).spec.template.spec.containers[0].image
const live = (object: KubeObject) => transformChild(object)

t.test('what is stored as it was applied is no mutation', async (t) => {
  const mutations = new Mutations()
  t.equal(mutations.learn(deployment, stored(deployment, asApplied)), undefined)
  const child = live(stored(deployment, asApplied))
  t.match(planOf([deployment], [child], [], mutations.expected), [{ action: 'unchanged' }])
})

t.test('what admission changes is accepted, and news once', async (t) => {
  const mutations = new Mutations()
  const child = live(stored(deployment, MIRRORED))
  t.match(planOf([deployment], [child], [], mutations.expected), [{ action: 'configure' }])
  const learned = () => mutations.learn(deployment, stored(deployment, MIRRORED))
  t.strictSame(learned(), { paths: [IMAGE], by: [], isNew: true })
  t.match(learned(), { isNew: false })
  t.match(planOf([deployment], [child], [], mutations.expected), [{ action: 'unchanged' }])
})

t.test('what somebody changes after that is a change, and only that', async (t) => {
  const mutations = new Mutations()
  mutations.learn(deployment, stored(deployment, MIRRORED))
  const child = live(stored(deployment, MIRRORED))
  const { replicas: _, ...spec } = Object(child.owned.spec)
  const drifted = { ...child, owned: { ...child.owned, spec } }
  t.match(planOf([deployment], [drifted], [], mutations.expected), [
    { action: 'configure', paths: ['spec.replicas'] },
  ])
  const other = live(stored(deployment, 'somebody/else:1'))
  t.match(planOf([deployment], [other], [], mutations.expected), [{ action: 'configure', paths: [IMAGE] }])
})

t.test('another manifest is applied, whatever was made of the one before', async (t) => {
  const mutations = new Mutations()
  mutations.learn(deployment, stored(deployment, MIRRORED))
  const [newer] = desiredOf({ routers: { ...mcrouterWith().routers, image: 'other:2' } }).filter(
    ({ kind }) => kind === 'Deployment',
  )
  if (newer === undefined) throw new Error('no Deployment')
  const child = live(stored(deployment, MIRRORED))
  t.match(planOf([newer], [child], [], mutations.expected), [{ action: 'configure', paths: [IMAGE] }])
})

t.test('a field manager that owns the changed field is named', async (t) => {
  const containers = { 'k:{"name":"mcrouter"}': { 'f:image': {} } }
  const others = [
    {
      manager: 'image-mirror',
      operation: 'Update',
      fieldsV1: { 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': containers } } } },
    },
    {
      manager: 'kube-controller-manager',
      operation: 'Update',
      fieldsV1: { 'f:metadata': { 'f:annotations': { 'f:revision': {} } } },
    },
  ]
  t.match(new Mutations().learn(deployment, stored(deployment, MIRRORED, others)), { by: ['image-mirror'] })
})

t.test('an answer without managed fields says nothing', async (t) => {
  const { metadata, ...rest } = stored(deployment, MIRRORED)
  const { managedFields: _, ...bare } = metadata
  t.equal(new Mutations().learn(deployment, { ...rest, metadata: bare }), undefined)
})

t.test('routers whose image admission changes are replaced by it all the same', async (t) => {
  const mutations = new Mutations()
  const mcrouter = mcrouterWith({ routers: { ...mcrouterWith().routers, release: '41' } })
  const settings = {
    clusterDomain: 'cluster.local',
    steps: new Map([[MAIN_POOL, { servers: 2, routed: 2 }]]),
  }
  const config = (children: readonly ReturnType<typeof live>[]) =>
    JSON.stringify(
      desiredObjects(mcrouter, MCROUTER, { children, pods: [], held: [] }, settings, mutations.expected)
        .desired,
    )
  const manifest = desiredObjects(
    mcrouter,
    MCROUTER,
    { children: [], pods: [], held: [] },
    settings,
  ).desired.find(({ kind }) => kind === 'Deployment')
  if (manifest === undefined) throw new Error('no Deployment')
  const status = { observedGeneration: 1, replicas: 2, updatedReplicas: 2 }
  const mirrored = {
    ...live({ ...stored(manifest, MIRRORED), status, spec: { replicas: 2 } }),
    owned: live(stored(manifest, MIRRORED)).owned,
  }
  const before = config([mirrored])
  mutations.learn(manifest, stored(manifest, MIRRORED))
  t.not(config([mirrored]), before, 'the configuration may use what the newer release understands')
})
