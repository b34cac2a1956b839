import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { convert } from '../../../schemas/conversion/convert.ts'
import { judgeStored, roomViolations } from '../../../schemas/conversion/stored-form.ts'
import { INHERITS_NOTHING } from '../../../schemas/inheritance.ts'
import { isJsonObject, type JsonObject } from '../../../schemas/json.ts'
import { V1ALPHA3 } from '../../../schemas/v1alpha3/version.ts'
import { V1BETA1 } from '../../../schemas/v1beta1/version.ts'
import { judge } from '../../../schemas/validation/judge.ts'
import { VERSIONS } from '../../../schemas/versions.ts'
import { CONSENT_ANNOTATION, KIND, specAnnotation } from '../../../schemas/well-known.ts'
import { mutate } from '../../../server/admission/mutate.ts'
import { SMALL_REVIEW } from '../../../server/admission/review.ts'
import { validate } from '../../../server/admission/validate.ts'
import { effort } from '../../../testing/effort.ts'
import { mcrouterObject, requestOf, reviewOf } from '../../../testing/review.ts'
import { validMcrouter } from '../../support/arbitrary/mcrouter.ts'

// Objects that are written through v1alpha3 and stored as v1beta1, with what the annotation says that v1alpha3 cannot.

const KEPT = specAnnotation(V1BETA1)
const SPARE = { name: 'spare', shards: 2 }

/** What the API server shows through v1alpha3 of an object that is stored so. */
function seen(spec: JsonObject, annotations: JsonObject = {}): JsonObject {
  const metadata = { name: 'cache', namespace: 'shop', annotations }
  const stored = { apiVersion: V1BETA1.apiVersion, kind: KIND, metadata, spec: V1BETA1.withDefaults(spec) }
  return convert(stored, V1BETA1, V1ALPHA3)
}

function edited(object: JsonObject, spec: JsonObject, annotations: JsonObject = {}): JsonObject {
  const metadata = isJsonObject(object.metadata) ? object.metadata : {}
  return {
    ...object,
    metadata: { ...metadata, annotations: { ...Object(metadata.annotations), ...annotations } },
    spec: { ...Object(object.spec), ...spec },
  }
}

function kept(spec: JsonObject): JsonObject {
  return { [KEPT]: JSON.stringify(V1BETA1.withDefaults(spec)) }
}

/** What both webhooks say; empty for nothing. */
function said(object: JsonObject, stored?: JsonObject): string {
  const request = requestOf(reviewOf(object, stored))
  const [first, second] = [mutate(request), validate(request)]
  assert.equal(first.kind === 'denied', second.kind === 'denied')
  return first.kind === 'denied' ? first.status.message : ''
}

const sharded = mcrouterObject(V1ALPHA3.withDefaults({ pool_setup: 'sharded', memcached_pool_size: 3 }))

t.test('an annotation that somebody wrote smuggles nothing in, on create nor on update', async (t) => {
  const annotations = kept({ memcached: { shards: 3 }, pools: [{ ...SPARE, port: 80 }] })
  const why =
    /spec\.pools\[0\]\.port: .*80: .* \(in v1beta1, in which it is stored, with what the annotation mcrouter\.example\.com\/v1beta1 keeps/
  t.match(said(edited(sharded, {}, annotations)), why)
  t.match(said(edited(sharded, {}, annotations), sharded), why, 'and leaves the spec as it is')
  t.match(said(edited(sharded, { mcrouter_replicas: 4 }, annotations), sharded), why)
  const sound = kept({ memcached: { shards: 3 }, pools: [SPARE] })
  t.equal(said(edited(sharded, {}, sound)), '')
  t.equal(said(edited(sharded, {}, sound), sharded), '')
})

t.test('nor in a review of which only a part is read', async (t) => {
  const filling = { filling: 'x'.repeat(SMALL_REVIEW) }
  const annotations = kept({ memcached: { shards: 3 }, pools: [{ ...SPARE, port: 80 }] })
  t.match(said(edited(sharded, {}, { ...filling, ...annotations })), /spec\.pools\[0\]\.port: /)
})

t.test('who adds one is asked what a writer of v1beta1 is asked', async (t) => {
  const copies = kept({ memcached: { shards: 3, copies: 2 } })
  const refusal = said(edited(sharded, {}, copies), sharded)
  const [, consent] = /mcrouter\.example\.com\/consent: "([^"]+)"/.exec(refusal) ?? []
  t.match(consent, /^main: 3 shards x 1 copies to 3 shards x 2 copies$/)
  t.equal(said(edited(sharded, {}, { ...copies, [CONSENT_ANNOTATION]: consent }), sharded), '')
  const external = ['a', 'b', 'c'].map((host) => ({ host: `${host}.example.com` }))
  t.match(said(edited(sharded, {}, kept({ memcached: { external } })), sharded), /Forbidden: /)
})

t.test('what is kept holds for what is changed in v1alpha3', async (t) => {
  const object = seen({ pools: [{ ...SPARE, maxConnections: 64 }] })
  t.match(
    said(edited(object, { mcrouter_replicas: 100 }), object),
    /spec\.pools\[0\]\.maxConnections: .*64: must be at least 232.* \(in v1beta1, /,
  )
  t.equal(said(edited(object, { mcrouter_replicas: 3 }), object), '')
})

t.test('a layout that v1alpha3 has no words for is not changed there', async (t) => {
  const object = seen({ memcached: { shards: 3, copies: 4 } })
  t.match(
    said(edited(object, { memcached_pool_size: 1 }), object),
    /spec\.memcached_pool_size: Forbidden: the pool has 3 shards x 4 copies, which v1alpha3 has no words for/,
  )
  t.equal(said(edited(object, { memcached_memory_mb: 512 }), object), '')
})

t.test('what v1alpha3 can say of keys that move is warned of, as it ever was', async (t) => {
  const object = seen({ memcached: { shards: 3 }, pools: [SPARE] })
  const verdict = mutate(requestOf(reviewOf(edited(object, { memcached_pool_size: 4 }), object)))
  t.match(verdict, { kind: 'allowed', warnings: [/^3 → 4 servers moves about 25 %/] })
  const replicated = edited(object, { pool_setup: 'replicated' })
  t.match(mutate(requestOf(reviewOf(replicated, object))), {
    kind: 'allowed',
    warnings: [/pool_setup sharded →/],
  })
})

t.test('what could not be kept is not written through v1alpha3, not even with a label', async (t) => {
  const external = Array.from({ length: 1000 }, (_, index) => ({
    host: `cache-${index}.memcached.data.example.com`,
  }))
  const object = seen({ memcached: { external } })
  t.match(object.spec, { mcrouter_release: 'too large for v1alpha3: read and write v1beta1' })
  const labelled = { ...object, metadata: { ...Object(object.metadata), labels: { team: 'shop' } } }
  const why =
    /spec: Forbidden: the spec could not be converted to v1alpha3 \("too large for v1alpha3: read and write v1beta1"\), and this update would store what is left of it/
  t.match(said(labelled, object), why)
  t.match(said(edited(object, V1ALPHA3.withDefaults({})), object), why, 'nor with all of it written anew')
  const dying = {
    ...object,
    metadata: { ...Object(object.metadata), deletionTimestamp: '2026-01-01T00:00:00Z' },
  }
  t.equal(said(dying, dying), '', 'but its finalizers can go')
})

t.test('in the version that is stored it can be written anew, and not before', async (t) => {
  const lost = convert({ ...seen({}), spec: seenSpecOfNone() }, V1ALPHA3, V1BETA1)
  const verdict = (now: JsonObject) =>
    mutate(
      requestOf(
        reviewOf(now, lost, { kind: { group: 'mcrouter.example.com', version: 'v1beta1', kind: KIND } }),
      ),
    )
  t.match(verdict({ ...lost, metadata: { ...Object(lost.metadata), labels: { team: 'shop' } } }), {
    kind: 'denied',
  })
  t.not(verdict({ ...lost, spec: V1BETA1.withDefaults({}) }).kind, 'denied')
})

/** Of v1alpha3, as it may be stored: too long to be kept, and with a word that v1beta1 does not have. */
function seenSpecOfNone(): JsonObject {
  const tolerations = Array.from({ length: 40 }, () => ({ key: 'k'.repeat(2000), operator: 'Exists' }))
  return V1ALPHA3.withDefaults({ memcached_max_item_size: '33554432', tolerations })
}

t.test(
  'nor is anything that v1beta1 has no words for stored where there is no room to keep it',
  async (t) => {
    const inBytes = { memcached_max_item_size: '33554432' }
    const full = { filling: 'x'.repeat(256 * 1024 - 100) }
    const judged = (spec: JsonObject) => {
      const object = edited(mcrouterObject(V1ALPHA3.withDefaults(spec)), {}, full)
      const judgement = judgeStored(object)
      return judgement.accepted
        ? ''
        : judgement.violations.map(({ path, message }) => `${path}: ${message}`).join('\n')
    }
    t.match(
      judged(inBytes),
      /^metadata\.annotations: .*: the annotations leave no room for the spec, which has to be kept in one/,
    )
    t.equal(judged({ memcached_max_item_size: '1m' }), '')
    const stored = mcrouterObject(V1ALPHA3.withDefaults(inBytes))
    t.match(
      roomViolations(edited(stored, {}, full), stored, VERSIONS),
      [{ message: /the annotations leave no room/ }],
      'by who annotates it',
    )
    const why = /metadata\.annotations: .*: the annotations leave no room/
    t.match(said(edited(stored, {}, full)), why, 'nor where a review is too large for all of it to be read')
    t.match(said(edited(stored, {}, full), stored), why)
    t.equal(said(edited(mcrouterObject(), {}, full)), '', 'which is nothing to a spec that need not be kept')
  },
)

t.test('of an object of which nothing is kept no conversion is made, which could not fail', async (t) => {
  let conversions = 0
  const counted = {
    ...V1BETA1,
    fromHub: (...settings: Parameters<typeof V1BETA1.fromHub>) => {
      conversions += 1
      return V1BETA1.fromHub(...settings)
    },
  }
  const versions = { ...VERSIONS, v1beta1: counted }
  const run = (object: JsonObject, stored?: JsonObject) => {
    conversions = 0
    const verdict = mutate(requestOf(reviewOf(object, stored)), INHERITS_NOTHING, versions)
    assert.notEqual(verdict.kind, 'denied')
    return conversions
  }
  t.equal(run(mcrouterObject({ memcached_pool_size: 3 })), 0)
  t.equal(run(edited(sharded, { mcrouter_replicas: 4 }), sharded), 0)
  const object = seen({ pools: [SPARE] })
  t.ok(run(edited(object, { mcrouter_replicas: 4 }), object) > 0)
  fc.assert(
    fc.property(validMcrouter(), (object) => {
      const { spec } = object
      const complete = {
        ...object,
        spec: V1ALPHA3.withDefaults(V1ALPHA3.normalise(Object(spec), { wrote: () => true }).spec),
      }
      const judgement = judge(convert(complete, V1ALPHA3, V1BETA1))
      assert(judgement.accepted, JSON.stringify(judgement))
    }),
    effort(100),
  )
})
