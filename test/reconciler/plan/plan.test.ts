import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import type { OwnerReference } from '../../../reconciler/kube/api.ts'
import type { Child } from '../../../reconciler/observe/child.ts'
import { record } from '../../../reconciler/observe/reading.ts'
import { type Change, type OwnedManifest, planOf, withOwner } from '../../../reconciler/plan/plan.ts'
import { render } from '../../../render/index.ts'
import { effort } from '../../support/effort.ts'
import { mcrouterWith } from '../../support/mcrouter.ts'

const owner: OwnerReference = {
  apiVersion: 'mcrouter.example.com/v1alpha3',
  kind: 'Mcrouter',
  name: 'cache',
  uid: 'u-cache',
  controller: true,
}

function desiredOf(overrides: Parameters<typeof mcrouterWith>[0] = {}): OwnedManifest[] {
  const { manifests } = render(mcrouterWith(overrides), { clusterDomain: 'cluster.local' })
  return manifests.map((manifest) => withOwner(manifest, owner))
}

/** The object that an apply of the manifest makes. */
function applied({ apiVersion, kind, metadata, ...rest }: OwnedManifest): Child {
  const { name, namespace, ...owned } = metadata
  return {
    apiVersion,
    kind,
    metadata: { ...metadata, name, namespace, uid: `u-${kind}-${name}`, resourceVersion: '7' },
    owned: structuredClone({ ...rest, metadata: owned }),
    appliedAt: 0,
    changedBy: '',
    replicas: 0,
    status: {},
    published: undefined,
  }
}

function actions(changes: readonly Change[]): string[] {
  return changes.map((change) => {
    const { kind, metadata } = 'manifest' in change ? change.manifest : change.child
    return `${change.action} ${kind} ${metadata.name}`
  })
}

t.test('what does not exist is created', async (t) => {
  t.strictSame(actions(planOf(desiredOf(), [], owner.uid)).sort(), [
    'create ConfigMap cache-config',
    'create Deployment cache',
    'create PodDisruptionBudget cache',
    'create PodDisruptionBudget cache-memcached',
    'create Service cache',
    'create Service cache-memcached',
    'create StatefulSet cache-memcached',
  ])
})

t.test('what is as desired is left alone', async (t) => {
  const children = desiredOf().map(applied)
  for (const { action } of planOf(desiredOf(), children, owner.uid)) t.equal(action, 'unchanged')
})

t.test('what differs is configured, and it is said where', async (t) => {
  const children = desiredOf().map(applied)
  const changes = planOf(desiredOf({ memcached: { image: 'memcached:1.6' } }), children, owner.uid)
  const configured = changes.filter(({ action }) => action !== 'unchanged')
  t.match(configured, [
    {
      action: 'configure',
      paths: ['spec.template.spec.containers[memcached].image'],
      child: { metadata: { resourceVersion: '7' } },
    },
  ])
})

t.test('an object with another selector has to be made anew', async (t) => {
  const [deployment] = desiredOf().filter(({ kind }) => kind === 'Deployment')
  if (deployment === undefined) throw new Error('no Deployment')
  const other = applied(deployment)
  const spec = { ...record(deployment.spec), selector: { matchLabels: { app: 'mcrouter' } } }
  const changes = planOf([deployment], [{ ...other, owned: { ...other.owned, spec } }], owner.uid)
  t.match(changes, [{ action: 'recreate' }])
})

t.test('what is being deleted is waited for', async (t) => {
  const children = desiredOf().map((manifest) => {
    const child = applied(manifest)
    return { ...child, metadata: { ...child.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }
  })
  for (const { action } of planOf(desiredOf(), children, owner.uid)) t.equal(action, 'wait')
})

t.test('what is no longer desired is pruned when it is owned, and left alone when it is not', async (t) => {
  const desired = desiredOf()
  const children = desired.map(applied)
  const less = desired.filter(({ kind }) => kind !== 'PodDisruptionBudget')
  const pruned = planOf(less, children, owner.uid).filter(({ action }) => action === 'prune')
  t.strictSame(actions(pruned), [
    'prune PodDisruptionBudget cache',
    'prune PodDisruptionBudget cache-memcached',
  ])
  t.strictSame(planOf([], children, 'u-another'), [])
})

t.test('carrying out a plan gives what is desired, and leaves nothing to plan', async () => {
  const spec = fc.record({
    topology: fc.constantFrom('replicated' as const, 'sharded' as const),
    memcached: fc.record({ servers: fc.integer({ min: 1, max: 6 }), image: fc.constantFrom('a:1', 'b:2') }),
    routers: fc.record({
      replicas: fc.integer({ min: 1, max: 3 }),
      debugFifoRoot: fc.constantFrom('', '/var/fifos'),
    }),
  })
  const removal = fc.integer({ min: 0, max: 6 })
  fc.assert(
    fc.property(spec, spec, fc.array(removal), (before, after, removed) => {
      const there = desiredOf(before)
        .map(applied)
        .filter((_, index) => !removed.includes(index))
      const desired = desiredOf(after)
      const changes = planOf(desired, there, owner.uid)
      assert.ok(changes.every(({ action }) => action !== 'recreate' && action !== 'wait'))
      const then = changes.flatMap((change) => {
        if (change.action === 'prune') return []
        return 'manifest' in change ? [applied(change.manifest)] : [change.child]
      })
      assert.deepEqual(
        planOf(desired, then, owner.uid).map(({ action }) => action),
        desired.map(() => 'unchanged'),
      )
    }),
    effort(200),
  )
})
