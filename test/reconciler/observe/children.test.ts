import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import type { KubeObject, OwnerReference } from '../../../reconciler/kube/api.ts'
import { childrenOf } from '../../../reconciler/observe/children.ts'
import { identity, planOf } from '../../../reconciler/plan/plan.ts'
import { isSharedObject, poolOfObject } from '../../../render/names.ts'
import { effort } from '../../../testing/effort.ts'
import { applied, cached, desiredOf, OWNER } from '../plan/applied.ts'
import { MCROUTER } from '../reconcile-context.ts'

const OURS = desiredOf().map(applied).map(cached)

/** What somebody can make of the owner reference of a copy, without which it is not ours. */
const OTHER_OWNERS: readonly (readonly OwnerReference[] | undefined)[] = [
  undefined,
  [],
  [{ ...OWNER, uid: 'u-before' }],
  [{ ...OWNER, controller: false }],
  [
    { ...OWNER, controller: false },
    { ...OWNER, kind: 'ReplicaSet', uid: 'u-else' },
  ],
]

/** A copy of one of ours with its labels: under its own name where that one is gone, else under another. */
const lookAlike = fc
  .record({
    of: fc.constantFrom(...OURS),
    owners: fc.constantFrom(...OTHER_OWNERS),
    name: fc.option(fc.stringMatching(/^[a-z]{1,8}$/), { nil: undefined }),
  })
  .map(({ of, owners, name = of.metadata.name }): KubeObject => {
    const { ownerReferences: _, ...metadata } = of.metadata
    return {
      ...of,
      metadata: { ...metadata, name, uid: 'u-copy', ...(owners && { ownerReferences: owners }) },
    }
  })

/** Somebody copied it with its owner reference, which is then not one that we applied. */
const faithfulCopy = fc.constantFrom(...OURS).map(
  (object): KubeObject => ({
    ...object,
    metadata: { ...object.metadata, name: `${object.metadata.name}-copy`, uid: 'u-copy' },
    owned: {},
  }),
)

t.test('no object that only looks like one of ours changes what a pass sees or plans', async () => {
  const strangers = fc.array(fc.oneof(lookAlike, faithfulCopy), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(fc.subarray(OURS), strangers, fc.boolean(), (ours, found, first) => {
      const there = new Set(ours.map(identity))
      const others = found.filter((one) => !there.has(identity(one)))
      const seen = childrenOf(MCROUTER, first ? [...others, ...ours] : [...ours, ...others])
      const alone = childrenOf(MCROUTER, ours)
      assert.deepEqual(seen, alone)
      assert.deepEqual(
        planOf(desiredOf(), seen.children, seen.leftovers),
        planOf(desiredOf(), alone.children),
      )
    }),
    effort(500),
  )
})

t.test('the objects of a Mcrouter are known by kind and name, and each is there once', async (t) => {
  const every = OURS.flatMap((one) => OURS.map(({ metadata }) => ({ ...one, metadata })))
  const known = every.filter(
    (one) => isSharedObject({ name: 'cache' }, one) || poolOfObject({ name: 'cache' }, one),
  )
  t.same(new Set(known.map(identity)), new Set(OURS.map(identity)))
  const { children, leftovers } = childrenOf(MCROUTER, OURS)
  t.strictSame(children.map(identity), OURS.map(identity))
  t.strictSame(leftovers, [])
})

t.test('what was made for it under another name is left over', async (t) => {
  const renamed = OURS.map((object) => ({
    ...object,
    metadata: { ...object.metadata, name: 'cache-before' },
  }))
  const { children, leftovers } = childrenOf(MCROUTER, renamed)
  t.strictSame(children, [])
  t.strictSame(leftovers.map(identity), renamed.map(identity))
})
