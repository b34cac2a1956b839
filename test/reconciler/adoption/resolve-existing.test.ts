import t from 'tap'
import { resolveExisting } from '../../../reconciler/adoption/resolve-existing.ts'
import type { KubeApi, KubeObject } from '../../../reconciler/kube/api.ts'
import { ownerReference } from '../../../reconciler/plan/owner.ts'
import { type OwnedManifest, withOwner } from '../../../reconciler/plan/plan.ts'
import type { ReconcilerEvent } from '../../../reconciler/reconciler-event.ts'
import { render } from '../../../render/index.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { MCROUTER, passWith } from '../reconcile-context.ts'
import { predecessorsDeployment, predecessorsService, predecessorsStatefulSet } from './predecessor.ts'

function manifestOf(kind: string, name: string): OwnedManifest {
  const { manifests } = render(mcrouterWith(), { clusterDomain: 'cluster.local' })
  const manifest = manifests.find((one) => one.kind === kind && one.metadata.name === name)
  if (manifest === undefined) throw new Error(`no ${kind} ${name}`)
  return withOwner(manifest, ownerReference(MCROUTER))
}

function live(manifest: OwnedManifest, metadata: Partial<KubeObject['metadata']> = {}): KubeObject {
  return {
    ...manifest,
    metadata: { ...manifest.metadata, uid: 'u-live', resourceVersion: '9', ...metadata },
    spec: Object(manifest.spec),
  }
}

async function met(object: KubeObject | undefined, manifest: OwnedManifest, calls: Partial<KubeApi> = {}) {
  const events: ReconcilerEvent[] = []
  const encountered = await resolveExisting(passWith({ get: async () => object, ...calls }, events), manifest)
  return { encountered, events }
}

const SERVICE = manifestOf('Service', 'cache')

t.test('one of ours is applied over, on condition that it is the one that was met', async (t) => {
  const sent: unknown[] = []
  const { encountered } = await met(live(SERVICE), SERVICE, {
    apply: async (_resource, body) => {
      sent.push(body)
      return live(SERVICE)
    },
  })
  t.match(encountered, { kind: 'written' })
  t.match(sent, [{ metadata: { uid: 'u-live', resourceVersion: '9' } }])
})

t.test('what is not there any more, or goes, is left to a later pass', async (t) => {
  t.strictSame((await met(undefined, SERVICE)).encountered, { kind: 'moved' })
  const going = live(SERVICE, { deletionTimestamp: '2026-01-01T00:00:00Z' })
  t.strictSame(await met(going, SERVICE), { encountered: { kind: 'waiting' }, events: [] })
})

t.test('what goes and is kept by a finalizer is named, but for those of the garbage collector', async (t) => {
  const newsOf = async (finalizers: string[]) =>
    (await met(live(SERVICE, { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers }), SERVICE)).events
  t.strictSame(await newsOf(['orphan', 'foregroundDeletion']), [])
  t.match(await newsOf(['orphan', 'backup.example.com/hold']), [
    {
      type: 'Warning',
      reason: 'Adopting',
      note: /^Service shop\/cache .* stays until its finalizers are gone: backup\.example\.com\/hold$/,
    },
  ])
})

t.test('somebody else’s object is never written, deleted or adopted', async (t) => {
  const owner = { apiVersion: 'v1', kind: 'Other', name: 'x', uid: 'u' }
  const stranger = live(SERVICE, { labels: {}, ownerReferences: [owner] })
  t.strictSame((await met(stranger, SERVICE)).encountered, {
    kind: 'foreign',
    what: 'Service shop/cache of Other x',
  })
  t.strictSame((await met(live(SERVICE, { labels: {}, ownerReferences: [] }), SERVICE)).encountered, {
    kind: 'foreign',
    what: 'Service shop/cache',
  })
})

t.test('a Service that has to become headless is deleted and made anew in one go', async (t) => {
  const headless = manifestOf('Service', 'cache-memcached')
  const before = live(headless)
  const calls: string[] = []
  const { encountered, events } = await met(
    { ...before, spec: { ...before.spec, clusterIP: '10.0.0.1' } },
    headless,
    {
      delete: async (_resource, _key, options) => void calls.push(`delete ${options?.uid}`),
      apply: async (_resource, { metadata }) => {
        calls.push(`apply at ${Object(metadata).resourceVersion}`)
        return live(headless)
      },
    },
  )
  t.match(encountered, { kind: 'written' })
  t.strictSame(calls, ['delete u-live', 'apply at 1'], 'nothing that somebody made in between is overwritten')
  t.match(events, [{ reason: 'Adopting' }])
})

t.test('no workload is deleted and its pods orphaned before the Mcrouter has a status', async (t) => {
  const deployment = manifestOf('Deployment', 'cache')
  const { spec } = predecessorsDeployment('cache')
  const { encountered } = await met({ ...live(deployment), spec: Object(spec) }, deployment)
  t.strictSame(encountered, { kind: 'waiting' })
  // Whoever leads next looks for orphans only where there is one.
  const known = { ...MCROUTER, status: { observedGeneration: 1, conditions: [] } }
  const there = { ...live(deployment), spec: Object(spec) }
  const unwritten = { ...passWith({ get: async () => there }, [], known), stored: MCROUTER }
  t.strictSame(await resolveExisting(unwritten, deployment), { kind: 'waiting' }, 'one that could be written')
})

t.test('what the old routers find their servers by stays until the StatefulSet is a new one', async (t) => {
  const headless = manifestOf('Service', 'cache-memcached')
  const statefulSet = manifestOf('StatefulSet', 'cache-memcached')
  const { spec } = predecessorsService('cache')
  const old = { ...live(headless, { labels: {} }), spec: { ...Object(spec), clusterIP: '10.0.0.1' } }
  const oldServers = {
    ...live(statefulSet, { labels: {} }),
    spec: Object(predecessorsStatefulSet('cache', 2).spec),
  }
  const newServers = live(statefulSet)
  const meeting = async (servers: KubeObject | undefined) => {
    const deleted: unknown[] = []
    const { encountered } = await met(old, headless, {
      get: async ({ kind }) => (kind === 'Service' ? old : servers),
      delete: async (_resource, { name }) => void deleted.push(name),
      apply: async () => live(headless),
    })
    return { kind: encountered.kind, deleted }
  }
  const going = {
    ...newServers,
    metadata: { ...newServers.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
  }
  for (const servers of [oldServers, undefined, going])
    t.strictSame(await meeting(servers), { kind: 'waiting', deleted: [] })
  t.strictSame(await meeting(newServers), { kind: 'written', deleted: ['cache-memcached'] })
})

t.test('the old routers go where new ones use servers of others, and no StatefulSet comes', async (t) => {
  const deployment = manifestOf('Deployment', 'cache')
  const old = {
    ...live(deployment, { labels: {}, generation: 2 }),
    spec: { ...Object(predecessorsDeployment('cache').spec), paused: true },
    status: { observedGeneration: 2 },
  }
  const oldServers = live(manifestOf('StatefulSet', 'cache-memcached'), { labels: {} })
  const deleted = async (pool: JsonObject) => {
    const names: string[] = []
    const api: Partial<KubeApi> = {
      get: async ({ kind }) => (kind === 'Deployment' ? old : oldServers),
      list: async () => [],
      delete: async ({ kind }) => void names.push(kind),
    }
    const known = { ...MCROUTER, status: { observedGeneration: 1, conditions: [], pools: [pool] } }
    await resolveExisting(passWith(api, [], known), deployment)
    return names
  }
  t.strictSame(await deleted({ name: 'main', shards: 2, copies: 1, routedServers: 2 }), [])
  t.strictSame(await deleted({ name: 'main', external: ['10.8.0.4:11211'] }), ['Deployment'])
})
