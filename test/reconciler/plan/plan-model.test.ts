import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import type { Child } from '../../../reconciler/observe/child.ts'
import { childrenOf } from '../../../reconciler/observe/children.ts'
import { type Change, identity, type OwnedManifest, planOf } from '../../../reconciler/plan/plan.ts'
import { effort } from '../../../testing/effort.ts'
import { MCROUTER } from '../reconcile-context.ts'
import { applied, cached, desiredOf, OWNER } from './applied.ts'

/** What became of an object since it was applied. */
type Fate =
  | { readonly is: 'absent' }
  | { readonly is: 'as applied' }
  | { readonly is: 'being deleted' }
  /** Somebody took over or removed the field with this number, of all that it has. */
  | { readonly is: 'changed'; readonly field: number; readonly removed: boolean }

const spec = fc.record({
  topology: fc.constantFrom('replicated' as const, 'sharded' as const),
  memcached: fc.record({ servers: fc.integer({ min: 1, max: 6 }), image: fc.constantFrom('a:1', 'b:2') }),
  routers: fc.record({
    replicas: fc.integer({ min: 1, max: 3 }),
    debugFifoRoot: fc.constantFrom('', '/var/fifos'),
  }),
})

const fate: fc.Arbitrary<Fate> = fc.oneof(
  fc.constantFrom<Fate>({ is: 'absent' }, { is: 'as applied' }, { is: 'being deleted' }),
  fc.record({ is: fc.constant('changed' as const), field: fc.nat(), removed: fc.boolean() }),
)

function meet(child: Child, fate: Fate): Child[] {
  if (fate.is === 'absent') return []
  if (fate.is === 'as applied') return [child]
  if (fate.is === 'being deleted')
    return [{ ...child, metadata: { ...child.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }]
  const owned = structuredClone(child.owned)
  const fields = leavesOf(owned)
  const [parent, name] = fields[fate.field % fields.length] ?? [owned, 'metadata']
  if (fate.removed) Reflect.deleteProperty(parent, name)
  else Reflect.set(parent, name, 'something else')
  return [{ ...child, owned }]
}

/** Every field of an object, with what it is in, that holds a text or a number that says something. */
function leavesOf(value: object): [object, string][] {
  return Object.entries(value).flatMap(([name, inner]): [object, string][] => {
    if (typeof inner === 'object' && inner !== null) return leavesOf(inner)
    return inner === '' || inner === null || Array.isArray(value) ? [] : [[value, name]]
  })
}

/** An object of the same kinds that no Mcrouter of ours asks for. */
function besides(manifest: OwnedManifest, name: string, ownerUid: string): Child {
  const child = applied(manifest)
  const [owner] = manifest.metadata.ownerReferences
  const ownerReferences = owner === undefined ? [] : [{ ...owner, uid: ownerUid }]
  return { ...child, metadata: { ...child.metadata, name, uid: `u-${name}`, ownerReferences } }
}

/** What the API server has once the changes were made, and what was being deleted is gone. */
function carriedOut(changes: readonly Change[], others: readonly Child[]): Child[] {
  const ours = changes.flatMap((change) => {
    switch (change.action) {
      case 'create':
      case 'configure':
        return [applied(change.manifest)]
      case 'unchanged':
        return [change.child]
      default:
        return []
    }
  })
  return [...ours, ...others]
}

/** What a pass plans once it knows, of all that is there, what is of the Mcrouter. */
function planned(desired: readonly OwnedManifest[], there: readonly Child[]): Change[] {
  const { children, leftovers } = childrenOf(MCROUTER, there.map(cached))
  return planOf(desired, children, leftovers)
}

t.test('whatever is there, plans lead to what is desired, and a plan more changes nothing', async () => {
  const fates = fc.array(fate, { minLength: 7, maxLength: 7 })
  fc.assert(
    fc.property(spec, spec, fates, fc.nat(6), (before, after, all, extra) => {
      const desired = desiredOf(after)
      const [model = desired[0]] = desired.slice(extra)
      assert.ok(model)
      const strangers = [besides(model, 'of-another', 'u-another')]
      const ours = desiredOf(before).flatMap((manifest, index) =>
        meet(applied(manifest), all[index] ?? { is: 'absent' }),
      )
      // One round for what is there, one for what had to be deleted first.
      let there = [...ours, besides(model, 'left-over', OWNER.uid), ...strangers]
      for (let round = 0; round < 2; round++) there = carriedOut(planned(desired, there), strangers)
      assert.deepEqual(
        planned(desired, there).map(({ action }) => action),
        desired.map(() => 'unchanged'),
      )
      assert.deepEqual(there.map(identity).sort(), [...desired, ...strangers].map(identity).sort())
    }),
    effort(300),
  )
})

t.test('every field that somebody changes is noticed, and no other object is touched', async () => {
  fc.assert(
    fc.property(spec, fc.nat(6), fc.nat(), fc.boolean(), (wanted, victim, field, removed) => {
      const desired = desiredOf(wanted)
      const there = desired.flatMap((manifest, index) =>
        meet(applied(manifest), index === victim ? { is: 'changed', field, removed } : { is: 'as applied' }),
      )
      const changes = planned(desired, there)
      assert.deepEqual(
        changes.map(({ action }) => action === 'unchanged'),
        desired.map((_, index) => index !== victim),
      )
      const [change] = changes.slice(victim)
      assert.ok(change && 'paths' in change && change.paths.length > 0)
    }),
    effort(300),
  )
})
