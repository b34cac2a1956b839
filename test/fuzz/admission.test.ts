import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { applyPatch } from 'rfc6902'
import t from 'tap'
import { versionsWith } from '../../routing/versions.ts'
import type { ApiVersion } from '../../schemas/api-version.ts'
import { INHERITS_NOTHING } from '../../schemas/inheritance.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { V1ALPHA3 } from '../../schemas/v1alpha3/version.ts'
import { V1BETA1 } from '../../schemas/v1beta1/version.ts'
import { judge } from '../../schemas/validation/judge.ts'
import { mutate } from '../../server/admission/mutate.ts'
import { validate } from '../../server/admission/validate.ts'
import type { PatchOperation } from '../../server/admission/verdict.ts'
import { effort, SEED } from '../../testing/effort.ts'
import { requestOf, reviewIn, UID } from '../../testing/review.ts'
import { anyMcrouter, validMcrouter } from '../support/arbitrary/mcrouter.ts'
import { anyNewerMcrouter, likelyMcrouter } from '../support/arbitrary/newer-mcrouter.ts'
import { serverWith } from '../support/server.ts'

const VERSIONS = versionsWith()

/** Samples of which the objects are made, once: making one takes several times as long as judging it. */
function samplesOf(arbitraries: readonly fc.Arbitrary<JsonObject>[], runs: number): JsonObject[][] {
  return arbitraries.map((arbitrary) => fc.sample(arbitrary, effort(runs / 50)))
}

/** A sample whose spec has some fields of another's: valid fields together, or with invalid and hostile ones. */
function crossed(all: readonly JsonObject[][]): fc.Arbitrary<JsonObject> {
  return fc.oneof(
    ...all.map((samples) => {
      const sample = fc.nat(samples.length - 1).map((index) => samples[index] ?? {})
      return fc.tuple(sample, sample, fc.nat(2 ** 31 - 1)).map(cross)
    }),
  )
}

/** @param choice a bit for each field */
function cross([one, other, choice]: [JsonObject, JsonObject, number]): JsonObject {
  if (!isJsonObject(one.spec) || !isJsonObject(other.spec)) return one
  const fields = [...Object.entries(one.spec), ...Object.entries(other.spec)]
  return { ...one, spec: Object.fromEntries(fields.filter((_, index) => (choice >> (index % 31)) & 1)) }
}

/** What the API server would read. */
function transmitted(value: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(value))
}

function patched(object: JsonObject, patch: string): JsonObject {
  const operations: PatchOperation[] = JSON.parse(Buffer.from(patch, 'base64').toString())
  const copy = structuredClone(object)
  const fault = applyPatch(copy, operations).find((result) => result !== null)
  if (fault) throw fault
  return copy
}

t.setTimeout(1_200_000)
t.comment(`FUZZ_SEED=${SEED}`)

const { app, logged } = serverWith()
t.teardown(() => app.close())

/** The response in the review, of what must be HTTP 200 and no error of the server. */
async function responseOf(url: string, review: JsonObject) {
  const headers = { 'content-type': 'application/json' }
  const { statusCode, body } = await app.inject({
    method: 'POST',
    url,
    headers,
    payload: JSON.stringify(review),
  })
  if (statusCode !== 200) throw new Error(`HTTP ${statusCode}: ${body}`)
  const { response } = JSON.parse(body)
  if (response.uid !== UID) throw new Error(`another uid: ${body}`)
  if (!response.allowed) complainAbout(response.status)
  return response
}

function complainAbout({
  code,
  message,
  details,
}: {
  code: number
  message: string
  details?: { causes: unknown[] }
}) {
  if (code >= 500) throw new Error(`status ${code}: ${message}`)
  if (code === 422 && !details?.causes.length) throw new Error('a denial without a cause')
  if (message.length > 1024 || /\p{Cc}/u.test(message)) throw new Error(`unfit message: ${message}`)
}

/** Sends an object, or an update to it, the way that the API server does; gives how that ended. */
async function admit(
  version: ApiVersion,
  object: JsonObject,
  stored: JsonObject | undefined,
): Promise<'denied' | 'patched' | 'as it is'> {
  const review = (now: JsonObject) => reviewIn(version, now, stored)
  const mutated = await responseOf('/mutate', review(object))
  if (!mutated.allowed) {
    const verdict = validate(requestOf(review(object)), INHERITS_NOTHING, VERSIONS)
    if (verdict.kind !== 'denied') throw new Error('/validate allows what /mutate denies')
    return 'denied'
  }
  const result = mutated.patch === undefined ? object : patched(object, mutated.patch)
  const again = mutate(requestOf(review(result)), INHERITS_NOTHING, VERSIONS)
  if (again.kind !== 'allowed') throw new Error(`mutated twice is not mutated once: ${JSON.stringify(again)}`)
  const validated = await responseOf('/validate', review(result))
  if (!validated.allowed) throw new Error(`/validate denies what /mutate made: ${JSON.stringify(validated)}`)
  if (!isDeepStrictEqual(result.spec, expectedSpec(object, stored)))
    throw new Error('not the normalised spec')
  return mutated.patch === undefined ? 'as it is' : 'patched'
}

/** By the same judge that everything else in the product asks. An update that leaves the spec alone is never refused. */
function expectedSpec(object: JsonObject, stored: JsonObject | undefined): unknown {
  const unchanged = stored !== undefined && isDeepStrictEqual(object.spec, stored.spec)
  const judgement = judge(object, { versions: VERSIONS, ...(!unchanged && stored && { stored }) })
  if (!judgement.accepted && unchanged) return stored.spec
  if (!judgement.accepted) throw new Error('allowed, and refused elsewhere')
  return judgement.spec
}

for (const { version, arbitraries, runs } of [
  { version: V1ALPHA3, arbitraries: [validMcrouter(), anyMcrouter()], runs: 100_000 },
  // Of which more is said, and which take longer to judge.
  { version: V1BETA1, arbitraries: [likelyMcrouter(), anyNewerMcrouter()], runs: 10_000 },
]) {
  const what = `whatever comes in ${version.name}`
  t.test(`${what} gets a verdict, and the patch makes it the normalised object`, async (t) => {
    const endings = new Map<string, number>()
    const object = crossed(samplesOf(arbitraries, runs))
    const stored = fc.option(object, { freq: 3, nil: undefined })
    const property = fc.asyncProperty(object, stored, async (object, before) => {
      const ending = await admit(version, transmitted(object), before && transmitted(before))
      endings.set(ending, (endings.get(ending) ?? 0) + 1)
    })
    await fc.assert(property, effort(runs))
    for (const ending of ['denied', 'patched', 'as it is']) {
      t.ok(endings.get(ending), `${ending}: ${endings.get(ending)}`)
    }
    t.same(logged, [], 'the server had nothing to complain of itself')
  })
}
