import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { convert } from '../../../schemas/conversion/convert.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { V1ALPHA3 } from '../../../schemas/v1alpha3/version.ts'
import { type JudgeOptions, judge } from '../../../schemas/validation/judge.ts'
import { effort } from '../../../testing/effort.ts'
import { objectOf } from './judged.ts'
import { byApiServer, V1BETA1 } from './version.ts'

// Counts of the main pool that a manifest leaves out: the API server fills in none, so that admission knows of each whether it was written.

/** What admission makes of a manifest; undefined where it refuses it. */
function admitted(memcached: JsonObject, options: JudgeOptions = {}): JsonObject | undefined {
  const judgement = judge(objectOf(byApiServer({ memcached })), options)
  return judgement.accepted ? judgement.spec : undefined
}

/** What is stored after a write, as whoever does not say how it came about: a PUT of a controller, an edit, a patch. */
function written(memcached: JsonObject, before?: JsonObject, replaces = false): JsonObject | undefined {
  return admitted(memcached, before && { stored: objectOf(before), replaces })
}

function countsOf(spec: JsonObject | undefined) {
  const { shards, copies, replicas, replicasOf } = Object(spec?.memcached)
  return spec && { shards, copies, replicas, ...(replicasOf && { replicasOf }) }
}

function scaled(spec: JsonObject, replicas: number): JsonObject {
  return { ...spec, memcached: { ...Object(spec.memcached), replicas } }
}

/** What stands, a manifest that takes its place, and what that means. */
const REPLACED: readonly (readonly [JsonObject, JsonObject, JsonObject])[] = [
  [{ shards: 5 }, { replicas: 5 }, { shards: 5, copies: 1, replicas: 5 }],
  [{ shards: 7 }, { replicas: 5 }, { shards: 5, copies: 1, replicas: 5 }],
  [{ shards: 5 }, { copies: 1, replicas: 5 }, { shards: 5, copies: 1, replicas: 5 }],
  [{ shards: 1, copies: 3 }, { replicas: 3 }, { shards: 1, copies: 3, replicas: 3 }],
  [{ shards: 1, copies: 3 }, { replicas: 5 }, { shards: 1, copies: 5, replicas: 5 }],
  [{ shards: 1, copies: 1, replicasOf: 'Copies' }, { replicas: 3 }, { shards: 1, copies: 3, replicas: 3 }],
  [
    { shards: 4, copies: 2 },
    { copies: 2, replicas: 4 },
    { shards: 4, copies: 2, replicas: 4 },
  ],
  [
    { shards: 1, copies: 3 },
    { shards: 1, replicas: 3 },
    { shards: 1, copies: 3, replicas: 3 },
  ],
  [
    { shards: 1, copies: 3 },
    { shards: 1, replicas: 5 },
    { shards: 1, copies: 5, replicas: 5 },
  ],
  [
    { shards: 1, copies: 3 },
    { replicas: 5, replicasOf: 'Copies' },
    { shards: 1, copies: 5, replicas: 5, replicasOf: 'Copies' },
  ],
]

t.test('a count that a manifest leaves out follows its replicas, however often it is written', async (t) => {
  for (const [before, manifest, meant] of REPLACED) {
    let stands = written(before)
    for (const _ of [1, 2, 3]) {
      stands = written(manifest, stands)
      t.strictSame(countsOf(stands), meant, JSON.stringify([before, manifest]))
    }
    assert(stands)
    t.strictSame(countsOf(written(manifest, scaled(stands, 9))), meant, 'after a scale')
  }
})

t.test('a number that is taken out of a manifest stays what replicas say', async (t) => {
  const taken = (before: JsonObject, merged: JsonObject) => countsOf(written(merged, written(before)))
  const five = { shards: 5, copies: 1, replicas: 5 }
  t.strictSame(taken({ shards: 5 }, { copies: 1, replicas: 5 }), five, 'kubectl apply takes shards out')
  t.strictSame(taken({ shards: 5 }, { replicas: 5 }), five, 'and both counts')
  const pair = { shards: 1, copies: 2, replicas: 2 }
  t.strictSame(taken({ shards: 1, copies: 2 }, { shards: 1, replicas: 2 }), pair)
  t.strictSame(taken({ shards: 5 }, { copies: 1, replicas: 5, memory: '512Mi' }), five)
})

t.test('what they do not count has its default', async (t) => {
  const grid = written({ shards: 4, copies: 2 })
  t.equal(written({ shards: 4, replicas: 4 }, grid), undefined, 'without copies: asks for a consent')
  const copies = written({ shards: 1, copies: 3 })
  t.equal(written({ copies: 3, replicas: 3 }, copies), undefined, 'so do shards')
})

t.test('a manifest with none of the counts has the defaults, as on create', async (t) => {
  const three = { shards: 3, copies: 1, replicas: 3 }
  t.strictSame(countsOf(written({})), three)
  t.strictSame(countsOf(written({}, written({ shards: 5 }))), three)
  t.strictSame(countsOf(written({}, written({ shards: 5 }), true)), three)
  t.strictSame(countsOf(written({}, written({ shards: 1, copies: 3 }))), three)
})

t.test('a number that somebody wrote is one, also where it is the default', async (t) => {
  const warningsOf = (memcached: JsonObject) => {
    const judgement = judge(objectOf(byApiServer({ memcached })))
    return judgement.accepted && judgement.warnings.filter((text) => text.includes('memcached.replicas says'))
  }
  t.match(warningsOf({ shards: 3, replicas: 5 }), [/^spec\.memcached\.shards 3 is written as 5/])
  t.same(warningsOf({ replicas: 5 }), [])
  t.strictSame(countsOf(written({ shards: 3, copies: 1, replicas: 5 }, written({ shards: 5 }))), {
    shards: 3,
    copies: 1,
    replicas: 3,
  })
})

const few = fc.integer({ min: 1, max: 4 })
const counts = fc.record(
  { shards: few, copies: few, replicas: few, replicasOf: fc.constantFrom('Shards', 'Copies') },
  { requiredKeys: [] },
)

t.test('no manifest but one whose numbers differ means another thing the second time', async () => {
  fc.assert(
    fc.property(counts, counts, few, fc.boolean(), (manifest, other, scale, replaces) => {
      const judgement = judge(objectOf(byApiServer({ memcached: manifest })))
      if (!judgement.accepted || judgement.warnings.some((text) => text.includes('replicas says'))) return
      const before = written(other)
      // The reconciler has had what a scale set written out.
      const now = (spec: JsonObject) => V1BETA1.settled(scaled(spec, scale))
      const first = before && written(manifest, now(before), replaces)
      if (first === undefined) return
      assert.deepEqual(written(manifest, first, replaces), first)
      const again = written(manifest, now(first), replaces)
      if (again !== undefined) assert.deepEqual(again, first)
    }),
    effort(500),
  )
})

t.test('what no webhook has seen is read as it is once one has', async () => {
  fc.assert(
    fc.property(counts, (memcached) => {
      const unseen = objectOf(byApiServer({ memcached }))
      const spec = admitted(memcached)
      if (spec === undefined) return
      const seen = V1BETA1.complete(spec)
      assert.deepEqual(V1BETA1.complete(V1BETA1.settled(V1BETA1.withDefaults(Object(unseen.spec)))), seen)
      const [older, olderSeen] = [unseen, objectOf(spec)].map((one) => convert(one, V1BETA1, V1ALPHA3))
      assert(older && olderSeen)
      assert.deepEqual(older.spec, olderSeen.spec)
      const back = convert(older, V1ALPHA3, V1BETA1)
      assert.deepEqual(back.spec, V1BETA1.settled(Object(unseen.spec)), 'and comes back as it was')
      const file = judge(objectOf({ memcached }), { source: 'file' })
      assert(file.accepted)
      assert.deepEqual(file.spec, spec)
    }),
    effort(200),
  )
})
