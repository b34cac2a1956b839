import t from 'tap'
import type { KubeApi, KubeObject } from '../../reconciler/kube/api.ts'
import { ApiError } from '../../reconciler/kube/connection/errors.ts'
import { FIELD_MANAGER } from '../../reconciler/kube/objects.ts'
import { ObjectStates } from '../../reconciler/object-state.ts'
import { transformPod } from '../../reconciler/observe/pod.ts'
import { ownerReference, sharedReferences } from '../../reconciler/plan/owner.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { judge } from '../../schemas/validation/judge.ts'
import { GENERATION_ANNOTATION, RETIRING_ANNOTATION } from '../../schemas/well-known.ts'
import { TestClock } from '../support/clock.ts'
import { child, DIGEST, MINUTE, pass, router, server, stored } from './one-pass.ts'
import { changed, replicaSet, routerPod } from './owned.ts'
import { MCROUTER } from './reconcile-context.ts'

t.test('a pass with an object that is refused is made again for all that did not fail, too', async (t) => {
  const clock = new TestClock()
  const starting = changed(routerPod('r-0'), {
    creationTimestamp: new Date(clock.now() - 4 * MINUTE).toISOString(),
  })
  const apply: KubeApi['apply'] = async (_, manifest) => {
    if (manifest.kind === 'PodDisruptionBudget')
      throw new ApiError('exceeded quota', { status: 403, reason: 'Forbidden' })
    return { ...stored, ...manifest, metadata: { ...MCROUTER.metadata, ...Object(manifest.metadata) } }
  }
  const { outcome } = await pass(clock, { pods: [starting] }, { apply })
  t.match(outcome, { kind: 'retry', error: { message: 'exceeded quota' }, withinMs: 6 * MINUTE })
})

t.test('in a namespace that is being deleted nothing is counted and no status is written', async (t) => {
  const causes = [
    { reason: 'NamespaceTerminating', message: 'namespace shop is being terminated', field: '' },
  ]
  const apply: KubeApi['apply'] = async () => {
    throw new ApiError('forbidden', { status: 403, reason: 'Forbidden', causes })
  }
  const merge: KubeApi['merge'] = async () => {
    throw new Error('a status for nobody')
  }
  const { outcome, troubles } = await pass(new TestClock(), { pods: [] }, { apply, merge })
  t.same([outcome, troubles], [{ kind: 'done' }, []])
})

t.test('what goes wrong without stopping a pass is told with the Mcrouter that it is about', async (t) => {
  const clock = new TestClock()
  const cached = {
    pods: [router('r-0', clock.now() - MINUTE / 4)],
    children: [child('ConfigMap', 'cache-config', { published: { digest: DIGEST, routed: { main: 2 } } })],
  }
  const merge: KubeApi['merge'] = async ({ plural }) => {
    if (plural === 'pods') throw new ApiError('pods is forbidden', { status: 403, reason: 'Forbidden' })
    return stored
  }
  const { troubles } = await pass(clock, cached, { merge }, { 'r-0': 'old' })
  t.strictSame(troubles, ['shop/cache: pods is forbidden'])
})

t.test('no server goes while a router that no cache shows has not confirmed', async (t) => {
  const clock = new TestClock()
  const at = clock.now() - MINUTE
  const cached = {
    pods: [router('r-0', at)],
    children: [
      child('StatefulSet', 'cache-memcached', { replicas: 4, status: { observedGeneration: 1 } }),
      child('ConfigMap', 'cache-config', { published: { digest: DIGEST, routed: { main: 2 } } }),
      child('Deployment', 'cache', { replicas: 1 }),
    ],
  }
  const pods = ['r-0', 'r-9'].map((name) => transformPod(router(name, at)))
  const lists: Readonly<Record<string, readonly KubeObject[]>> = { Mcrouter: [stored], Pod: pods }
  const servers = async (running: Readonly<Record<string, 'old'>>) => {
    const { applied } = await pass(
      clock,
      cached,
      { list: async ({ kind }) => lists[kind] ?? [replicaSet()] },
      running,
    )
    const set = applied.find(({ kind }) => kind === 'StatefulSet')
    return Object(set?.spec).replicas
  }
  t.equal(await servers({ 'r-9': 'old' }), 4)
  t.equal(await servers({}), 2)
})

t.test('nothing is planned from a spec that is older than what was made of a newer one', async (t) => {
  const clock = new TestClock()
  const annotated = (uid: string, generation: number) => {
    const annotations = { [GENERATION_ANNOTATION]: `${generation}` }
    const made = child('StatefulSet', 'cache-memcached', { owned: { metadata: { annotations } } })
    return {
      ...made,
      metadata: { ...made.metadata, ownerReferences: [{ ...ownerReference(MCROUTER), uid }] },
    }
  }
  const uid = MCROUTER.metadata.uid
  const behind = await pass(clock, { pods: [], children: [annotated(uid, 2)] })
  t.strictSame(behind.applied, [])
  t.match(behind.outcome, { kind: 'requeue', afterMs: 200 })
  const { applied } = await pass(clock, { pods: [], children: [annotated('u-before', 2)] })
  t.ok(applied.length > 0, 'one that was deleted and created again counts anew')
})

t.test('old routers go only once the new ones find every server', async (t) => {
  const clock = new TestClock()
  const annotations = { [RETIRING_ANNOTATION]: 'old' }
  const mcrouter = { ...stored, metadata: { ...stored.metadata, annotations } }
  const set = {
    ...MCROUTER,
    kind: 'ReplicaSet',
    metadata: { ...MCROUTER.metadata, name: 'old', ownerReferences: sharedReferences(MCROUTER, MCROUTER) },
  }
  const children = [
    child('StatefulSet', 'cache-memcached', { replicas: 2, status: { observedGeneration: 1 } }),
    child('ConfigMap', 'cache-config', { published: { digest: DIGEST, routed: { main: 2 } } }),
    child('Deployment', 'cache', { replicas: 1 }),
  ]
  const deleted = async (ready: readonly number[]) => {
    const names: string[] = []
    const pods = ready.map((ordinal) => server(ordinal, clock.now() - MINUTE))
    const { outcome } = await pass(
      clock,
      { pods, children, mcrouter },
      {
        get: async () => set,
        delete: async (_, { name }) => void names.push(name),
        apply: async (_, manifest) => ({
          ...mcrouter,
          ...manifest,
          metadata: { ...MCROUTER.metadata, ...Object(manifest.metadata) },
          status: { availableReplicas: 1 },
        }),
      },
    )
    return { names, outcome }
  }
  t.strictSame((await deleted([0])).names, [])
  t.match(await deleted([0, 1]), { names: ['old'], outcome: { kind: 'requeue', afterMs: 200 } })
})

t.test('a pass that the next one follows at once leaves the status to it', async (t) => {
  const clock = new TestClock()
  const outdated = { owned: { metadata: { annotations: { [GENERATION_ANNOTATION]: '0' } } } }
  const children = [
    child('StatefulSet', 'cache-memcached', { ...outdated, replicas: 3 }),
    child('ConfigMap', 'cache-config', { ...outdated, published: { digest: DIGEST, routed: { main: 3 } } }),
  ]
  const fieldsV1 = { 'f:metadata': { 'f:annotations': { [`f:${GENERATION_ANNOTATION}`]: {} } } }
  const managedFields = [{ manager: FIELD_MANAGER, operation: 'Apply', fieldsV1 }]
  const apply: KubeApi['apply'] = async (_, manifest) => {
    const metadata = { ...MCROUTER.metadata, ...Object(manifest.metadata), managedFields }
    return { ...stored, ...manifest, metadata }
  }
  const statuses: unknown[] = []
  const merge: KubeApi['merge'] = async (_resource, _key, { status }) => {
    if (status !== undefined) statuses.push(status)
    return stored
  }
  const objectStates = new ObjectStates()
  const cached = { pods: [router('r-0', clock.now() - MINUTE)], children, objectStates }
  const first = await pass(clock, cached, { apply, merge })
  t.match(first.outcome, { kind: 'requeue', afterMs: 0 })
  t.strictSame(statuses, [])
  await clock.advance(MINUTE)
  await pass(clock, cached, { apply, merge })
  t.equal(statuses.length, 1, 'but not for ever')
})

t.test('where no router is asked, the time to narrow what they reach brings a pass', async (t) => {
  const clock = new TestClock()
  const clients = { secretName: 's', plain: false, requireClientCertificate: true }
  const spec = (router: JsonObject) => {
    const judgement = judge({ ...MCROUTER, spec: { access: { from: [{ podSelector: {} }] }, router } })
    return judgement.accepted ? judgement.spec : {}
  }
  const time = new Date(clock.now()).toISOString()
  const fieldsV1 = { 'f:data': { 'f:config.json': {} } }
  const managedFields = [{ manager: FIELD_MANAGER, operation: 'Apply', time, fieldsV1 }]
  const apply: KubeApi['apply'] = async (_, manifest) => ({
    ...stored,
    ...manifest,
    metadata: { ...MCROUTER.metadata, ...Object(manifest.metadata), managedFields },
  })
  const after = async (router: JsonObject) => {
    const mcrouter = { ...stored, spec: spec(router) }
    const children = [child('Deployment', 'cache', { replicas: 1 })]
    return (await pass(clock, { pods: [], children, mcrouter }, { apply })).outcome
  }
  t.match(await after({ tls: { clients } }), { kind: 'requeue', afterMs: 2 * MINUTE })
  t.match(await after({}), { kind: 'done' }, 'others say it')
})
