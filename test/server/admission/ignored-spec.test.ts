import assert from 'node:assert/strict'
import t from 'tap'
import type { ApiVersion } from '../../../schemas/api-version.ts'
import { convert } from '../../../schemas/conversion/convert.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { LONGEST_KEPT } from '../../../schemas/kept-spec.ts'
import { V1ALPHA3 } from '../../../schemas/v1alpha3/version.ts'
import { V1BETA1 } from '../../../schemas/v1beta1/version.ts'
import { specAnnotation } from '../../../schemas/well-known.ts'
import { mutate } from '../../../server/admission/mutate.ts'
import { validate } from '../../../server/admission/validate.ts'
import { mcrouterObject, requestOf, reviewIn } from '../../../testing/review.ts'

// The annotation that keeps the spec of another version, where somebody wrote into it what is none.

const older = mcrouterObject(V1ALPHA3.withDefaults({ pool_setup: 'sharded', memcached_pool_size: 3 }))
const newer = convert(older, V1ALPHA3, V1BETA1)

/** Through which version, which object, another spec for it, and the version whose spec is kept. */
const WAYS: readonly (readonly [ApiVersion, JsonObject, JsonObject, ApiVersion])[] = [
  [V1ALPHA3, older, { ...Object(older.spec), mcrouter_replicas: 5 }, V1BETA1],
  [V1BETA1, newer, { ...Object(newer.spec), paused: true }, V1ALPHA3],
]

/** Of v1beta1 and of v1alpha3 as well, an object apart. */
const NO_SPEC = ['', '{', '[]', '"x"', 'null', `{"a":"${'x'.repeat(LONGEST_KEPT)}"}`]
const UNSOUND = ['{"memcached":7,"mcrouter_port":[]}', '{"memcached":{"memory":[]},"pool_setup":"both"}']

function annotated(object: JsonObject, annotations: JsonObject): JsonObject {
  return { ...object, metadata: { ...Object(object.metadata), annotations } }
}

/** Of both webhooks, neither of which refuses. */
function warnings(through: ApiVersion, object: JsonObject, stored?: JsonObject): readonly string[] {
  const request = requestOf(reviewIn(through, object, stored))
  return [mutate(request), validate(request)].flatMap((verdict) => {
    assert(verdict.kind !== 'denied', JSON.stringify(verdict))
    return verdict.warnings
  })
}

t.test('what is no spec is ignored with a warning', async (t) => {
  for (const [through, object, spec, kept] of WAYS) {
    const annotation = specAnnotation(kept)
    const warning = `annotation ${annotation}: what is not valid ${kept.name} in it is ignored; remove it, or write ${kept.name}`
    for (const text of [...NO_SPEC, ...UNSOUND]) {
      const marked = annotated(object, { [annotation]: text })
      const say = `${through.name} with ${text.slice(0, 50)}`
      t.ok(warnings(through, marked).includes(warning), say)
      t.ok(warnings(through, marked, object).includes(warning), `${say}, in an update of nothing else`)
      t.ok(
        warnings(through, { ...marked, spec }, object).includes(warning),
        `${say}, in an update of the spec`,
      )
    }
  }
})

t.test('one that is a spec, or was there before, is not spoken of', async (t) => {
  for (const [through, object, , kept] of WAYS) {
    const annotation = specAnnotation(kept)
    const said = (text: string, stored?: JsonObject) =>
      warnings(through, annotated(object, { [annotation]: text, a: 'b' }), stored).filter((warning) =>
        warning.includes(annotation),
      )
    const spec = JSON.stringify(convert(object, through, kept).spec)
    for (const text of ['{}', spec, spec.replace('{', '{"of_later":1,')]) t.same(said(text), [], text)
    for (const text of [...NO_SPEC, ...UNSOUND])
      t.same(said(text, annotated(object, { [annotation]: text })), [], text.slice(0, 50))
  }
})
