import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { convert } from '../../../schemas/conversion/convert.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { V1ALPHA3 } from '../../../schemas/v1alpha3/version.ts'
import { V1BETA1 } from '../../../schemas/v1beta1/version.ts'
import { judge } from '../../../schemas/validation/judge.ts'
import { specAnnotation } from '../../../schemas/well-known.ts'
import { mutate } from '../../../server/admission/mutate.ts'
import { validate } from '../../../server/admission/validate.ts'
import { effort } from '../../../testing/effort.ts'
import { mcrouterObject, requestOf, reviewOf } from '../../../testing/review.ts'
import { hostileValue } from '../../support/arbitrary/hostile.ts'
import { validMcrouter } from '../../support/arbitrary/mcrouter.ts'
import { anyNewerMcrouter, likelyMcrouter } from '../../support/arbitrary/newer-mcrouter.ts'

/** What a tenant may write into the annotation from which the stored spec is made: nearly a spec, or anything else. */
const keptText = fc.oneof(
  { weight: 4, arbitrary: likelyMcrouter().map(({ spec }) => JSON.stringify(spec)) },
  { weight: 2, arbitrary: anyNewerMcrouter().map(({ spec }) => JSON.stringify(spec)) },
  fc.record({ config: hostileValue(), memcached: hostileValue() }).map((spec) => JSON.stringify(spec)),
  fc.constantFrom('{}', 'null', '[]', '{"config":{"route":1e400}}', '{"__proto__":{"pools":[]}}'),
)

const ANNOTATIONS = [V1BETA1, V1ALPHA3].map(specAnnotation)

function withAnnotations(object: JsonObject, annotations: JsonObject): JsonObject {
  return { ...object, metadata: { ...Object(object.metadata), annotations } }
}

/** As the API server stores it once both webhooks have let it through; undefined for what they refuse. */
function admitted(object: JsonObject, before?: JsonObject): JsonObject | undefined {
  const mutated = mutate(requestOf(reviewOf(object, before)))
  if (mutated.kind === 'denied') return undefined
  const judgement = judge(object, before === undefined ? {} : { stored: before })
  const final =
    mutated.kind === 'patched' && judgement.accepted ? { ...object, spec: judgement.spec } : object
  if (validate(requestOf(reviewOf(final, before))).kind === 'denied') return undefined
  return JSON.parse(JSON.stringify(convert(final, V1ALPHA3, V1BETA1)))
}

function complaints(stored: JsonObject): string {
  const judgement = judge(stored)
  return judgement.accepted
    ? ''
    : judgement.violations.map(({ path, message }) => `${path}: ${message}`).join('\n')
}

t.test('whatever the annotations say through v1alpha3, what is stored is valid', async (t) => {
  let created = 0
  let updated = 0
  await fc.assert(
    fc.property(validMcrouter(), validMcrouter(), keptText, keptText, (plain, other, wanted, mine) => {
      const annotations = { [ANNOTATIONS[0] ?? '']: wanted, [ANNOTATIONS[1] ?? '']: mine }
      const stored = admitted(withAnnotations(plain, annotations))
      if (stored !== undefined) {
        created += 1
        assert.equal(complaints(stored), '', 'created')
        // It is shown through v1alpha3, and written back with another spec of a manifest.
        const shown = JSON.parse(JSON.stringify(convert(stored, V1BETA1, V1ALPHA3)))
        const again = admitted({ ...shown, spec: other.spec }, shown)
        if (again !== undefined) assert.equal(complaints(again), '', 'changed')
      }
      const before = JSON.parse(JSON.stringify(mcrouterObject(Object(plain.spec))))
      const changed = admitted(withAnnotations(before, annotations), before)
      if (changed === undefined) return
      updated += 1
      assert.equal(complaints(changed), '', 'annotated')
    }),
    effort(60),
  )
  t.comment(`${created} created, ${updated} annotated`)
  t.ok(created > 0 && updated > 0, 'not all are refused')
})
