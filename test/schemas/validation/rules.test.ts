import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { V1ALPHA3 } from '../../../schemas/v1alpha3/version.ts'
import { rulesOf } from '../../../schemas/validation/rules/index.ts'
import { effort } from '../../../testing/effort.ts'
import { validMcrouter } from '../../support/arbitrary/mcrouter.ts'
import { V1BETA1 } from '../v1beta1/version.ts'

t.test(
  'a version is not held to rules about fields that it does not have, and could not break them',
  async (t) => {
    const held = rulesOf(V1ALPHA3)
    const others = rulesOf(V1BETA1).filter((rule) => !held.includes(rule))
    t.ok(others.length > 4)
    t.equal(rulesOf(V1ALPHA3), held, 'found once')
    fc.assert(
      fc.property(validMcrouter(), (object) => {
        const spec = V1ALPHA3.withDefaults(
          V1ALPHA3.normalise(Object(object.spec), { wrote: () => false }).spec,
        )
        const settings = V1ALPHA3.complete(spec)
        assert(settings !== undefined)
        const written = { spec, version: V1ALPHA3 }
        const broken = others.flatMap((rule) =>
          'violations' in rule
            ? rule.violations(settings, written)
            : settings.pools.flatMap((pool, index) => rule.ofPool(pool, index, written, settings)),
        )
        assert.deepEqual(broken, [])
      }),
      effort(100),
    )
  },
)
