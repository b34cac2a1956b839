import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { parseImage } from '../../schemas/formats/image.ts'
import isComplete from '../../schemas/generated/v1alpha3/is-complete-spec.js'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import type { Schema } from '../../schemas/schema.ts'
import { ALIASES } from '../../schemas/v1alpha3/aliases.ts'
import { McrouterSpec } from '../../schemas/v1alpha3/spec.ts'
import { judge } from '../../schemas/validation/judge.ts'
import { judgeScale } from '../../schemas/validation/scale.ts'
import { checkOneByOne, validate } from '../../schemas/validation/validate.ts'
import { UNKNOWN } from '../../schemas/validation/writing.ts'
import { effort } from '../../testing/effort.ts'
import { hostileString, hostileValue } from '../support/arbitrary/hostile.ts'
import { anyMcrouter, validMcrouter } from '../support/arbitrary/mcrouter.ts'

const RUNS = effort(500)

t.test('every valid Mcrouter is accepted', async () => {
  fc.assert(
    fc.property(validMcrouter(), (object) => {
      const judgement = judge(object, { source: 'file' })
      assert.deepEqual(judgement.accepted ? [] : judgement.violations, [])
    }),
    RUNS,
  )
})

t.test('the quick check accepts what judging makes of a valid spec', async () => {
  fc.assert(
    fc.property(validMcrouter(), (object) => isComplete(completed(object).spec)),
    RUNS,
  )
})

t.test(
  'the quick check accepts nothing that the checks one by one would not, and changes nothing',
  async () => {
    const field = fc.constantFrom(...Object.keys(McrouterSpec.properties), ...Object.keys(ALIASES), 'new')
    const value = fc.oneof(fc.constantFrom(...limits()), hostileValue())
    fc.assert(
      fc.property(validMcrouter(), field, value, (object, field, value) => {
        const { spec } = withField(completed(object), field, value)
        assert.deepEqual(validate(spec), checkOneByOne(spec, UNKNOWN))
      }),
      RUNS,
    )
  },
)

t.test('judging never throws, and a refusal says why in short printable lines', async () => {
  fc.assert(
    fc.property(
      anyMcrouter(),
      fc.option(anyMcrouter(), { nil: undefined }),
      fc.boolean(),
      (object, stored, strict) => {
        const judgement = judge(object, {
          ...(stored && { stored }),
          source: strict ? 'file' : 'api',
        })
        const lines = judgement.accepted
          ? judgement.warnings
          : judgement.violations.map(({ message }) => message)
        return (
          lines.every((line) => line.length > 0 && line.length <= 400 && isPrintable(line)) &&
          (judgement.accepted || (judgement.violations.length > 0 && judgement.violations.length <= 51))
        )
      },
    ),
    RUNS,
  )
})

t.test('judging what was accepted changes nothing: normalising twice is normalising once', async () => {
  fc.assert(
    fc.property(anyMcrouter(), (object) => {
      const first = judge(object)
      if (!first.accepted) return true
      const settled = { ...object, spec: first.spec }
      for (const options of [{}, { stored: settled }, { stored: object }]) {
        const second = judge(settled, options)
        if (!second.accepted || !isDeepStrictEqual(second.spec, first.spec)) return false
        if (!isDeepStrictEqual(second.mcrouter, first.mcrouter)) return false
      }
      return true
    }),
    RUNS,
  )
})

t.test('what is accepted survives JSON as it is', async () => {
  fc.assert(
    fc.property(anyMcrouter(), (object) => {
      const judgement = judge(object)
      if (!judgement.accepted) return true
      const { mcrouter } = judgement
      return JSON.stringify(JSON.parse(JSON.stringify(mcrouter))) === JSON.stringify(mcrouter)
    }),
    RUNS,
  )
})

const CONFIG_BOUND = [
  'mcrouter_image',
  'debug_fifo_root',
  'memcached_image',
  'memcached_max_item_size',
  'pool_setup',
  'mcrouter_release',
]

t.test('no hostile text reaches a configuration, a flag or a file name', async () => {
  fc.assert(
    fc.property(validMcrouter(), fc.constantFrom(...CONFIG_BOUND), hostileString(), (object, field, text) => {
      const judgement = judge(withField(object, field, text))
      return !judgement.accepted || /^[A-Za-z0-9./_:[\]-]*(@sha256:[a-f0-9]+)?$/.test(text)
    }),
    RUNS,
  )
  fc.assert(
    fc.property(validMcrouter(), hostileString(), (object, name) => {
      const judgement = judge({ ...object, metadata: { name, namespace: 'default' } })
      return !judgement.accepted || /^[a-z][a-z0-9-]*$/.test(name)
    }),
    RUNS,
  )
})

t.test('an image reference is read without a throw, whatever it is', async () => {
  fc.assert(
    fc.property(hostileString(), (text) => ['string', 'object'].includes(typeof parseImage(text))),
    RUNS,
  )
})

t.test('judging a Scale never throws and accepts whole numbers from 1 to 1000 only', async () => {
  fc.assert(
    fc.property(hostileValue(), hostileValue(), (replicas, stored) => {
      const isWanted = Number.isInteger(replicas) && Number(replicas) >= 1 && Number(replicas) <= 1000
      return (
        judgeScale({ spec: { replicas } }, isJsonObject(stored) ? stored : { spec: stored }).accepted ===
        isWanted
      )
    }),
    RUNS,
  )
})

function completed(object: JsonObject): JsonObject {
  const judgement = judge(object)
  return judgement.accepted ? { ...object, spec: judgement.spec } : object
}

/** Values at and beyond the limits of the fields, and of what is in them. */
function limits(): unknown[] {
  return Object.values<Schema>(McrouterSpec.properties).flatMap(limitsOf)
}

function limitsOf(schema: Schema): unknown[] {
  const { minimum, maximum, maxLength, maxItems, maxProperties, items, properties, additionalProperties } =
    schema
  const sound = items?.required ? { name: 'a' } : {}
  const labels = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, 'v']))
  return [
    ...(minimum === undefined ? [] : [minimum - 1, minimum]),
    ...(maximum === undefined ? [] : [maximum, maximum + 1, maximum - 0.5, `${maximum}`]),
    ...(maxLength === undefined ? [] : ['1'.repeat(maxLength), '1'.repeat(maxLength + 1)]),
    ...(maxItems === undefined ? [] : [Array(maxItems).fill(sound), Array(maxItems + 1).fill(sound)]),
    ...(maxProperties === undefined ? [] : [labels(maxProperties), labels(maxProperties + 1)]),
    ...(items === undefined ? [] : limitsOf(items).map((value) => [value])),
    ...(additionalProperties === undefined
      ? []
      : limitsOf(additionalProperties).map((value) => ({ a: value }))),
    ...Object.entries(properties ?? {}).flatMap(([name, member]) =>
      limitsOf(member).map((value) => ({ ...sound, [name]: value })),
    ),
  ]
}

function withField(object: JsonObject, field: string, value: unknown): JsonObject {
  const spec = isJsonObject(object.spec) ? object.spec : {}
  return { ...object, spec: { ...spec, [field]: value } }
}

function isPrintable(line: string): boolean {
  return line.isWellFormed() && !/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(line)
}
