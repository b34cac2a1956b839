import t from 'tap'
import { ALIASES } from '../../schemas/v1alpha3/aliases.ts'
import { V1ALPHA3 } from '../../schemas/v1alpha3/version.ts'
import { digestsOf, recorded } from './v1alpha3-digests.ts'

// What was rendered of v1alpha3 before there was another version, and is in clusters since: another pod template restarts every cache.

t.test('v1alpha3 is rendered byte for byte as it was', async (t) => {
  for (const { spec, digests } of recorded())
    t.strictSame(Object.entries(digestsOf(spec)), Object.entries(digests), JSON.stringify(spec))
})

t.test('every field is in one of them, and every word and spelling that a field has', async (t) => {
  const specs = recorded().map(({ spec }) => spec)
  const { properties = {} } = V1ALPHA3.schema
  const fields = [...Object.keys(properties), ...Object.keys(ALIASES)].filter((name) => !name.includes('.'))
  for (const field of fields)
    t.ok(
      specs.some((spec) => field in spec),
      field,
    )
  for (const [field, schema] of Object.entries(properties)) {
    for (const word of schema.enum ?? [])
      t.ok(
        specs.some((spec) => spec[field] === word),
        `${field}: ${word}`,
      )
  }
})
