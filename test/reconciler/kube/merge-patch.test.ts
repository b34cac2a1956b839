import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { mergePatch } from '../../../reconciler/kube/merge-patch.ts'
import { record } from '../../../reconciler/observe/untyped.ts'
import { isJsonObject } from '../../../schemas/json.ts'
import { effort } from '../../../testing/effort.ts'

/** RFC 7386, section 2. */
function merged(target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch
  const result: Record<string, unknown> = isJsonObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else result[key] = merged(result[key], value)
  }
  return result
}

t.test('equal objects need no patch, whatever the order of their fields', async (t) => {
  t.equal(
    mergePatch({ a: 1, b: { c: [1, { d: 2, e: 3 }] } }, { b: { c: [1, { e: 3, d: 2 }] }, a: 1 }),
    undefined,
  )
})

t.test('a patch holds what differs and nothing else', async (t) => {
  t.strictSame(mergePatch({ a: 1, b: { c: 1, d: 2 } }, { a: 1, b: { c: 2, d: 2 } }), { b: { c: 2 } })
  t.strictSame(mergePatch({ a: 1, b: 2 }, { b: 2 }), { a: null })
  t.strictSame(mergePatch({ list: [1, 2] }, { list: [1] }), { list: [1] })
})

t.test('merging the patch gives the other object', async () => {
  const leaf = fc.oneof(fc.integer(), fc.string(), fc.boolean())
  const value = fc.letrec((tie) => ({
    object: fc.dictionary(
      fc.string({ maxLength: 2 }),
      fc.oneof(leaf, fc.array(leaf, { maxLength: 2 }), tie('object')),
      {
        maxKeys: 3,
        noNullPrototype: true,
      },
    ),
  })).object
  fc.assert(
    fc.property(value, value, (from, to) => {
      const patch = mergePatch(record(from), record(to))
      assert.deepEqual(patch === undefined ? from : merged(from, patch), to)
    }),
    effort(100),
  )
})
