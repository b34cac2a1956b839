import fc from 'fast-check'
import { REQUEST_LIMITS } from '../../../render/parse-objects.ts'
import { EXPLAIN, type HostileBody, LIST_PLACE, type Part, PLACE_NAMES } from '../hostile-body.ts'
import { FILLING_NAMES, LIST_FILLING_NAMES } from '../hostile-filling.ts'

/** A body with one to three parts that hold far more than they should, or with as many Mcrouters as are rendered. */
export function hostileBody(): fc.Arbitrary<HostileBody> {
  const any = fc.record({
    path: fc.constantFrom('/mutate', '/validate', '/render', EXPLAIN),
    parts: fc.array(part(), { minLength: 1, maxLength: 3 }),
  })
  return fc.oneof({ weight: 7, arbitrary: any }, { weight: 1, arbitrary: rendered() })
}

/** One part more, or one of them of another size, place or filling. */
export function growth(): fc.Arbitrary<(body: HostileBody) => HostileBody> {
  return fc
    .tuple(part(), fc.nat(), fc.constantFrom('part', 'times', 'place', 'filling'))
    .map(([next, choice, what]) => ({ path, parts }) => {
      if (what === 'part') return { path, parts: [...parts.slice(-3), next] }
      const at = choice % parts.length
      return { path, parts: parts.map((old, index) => (index === at ? { ...old, [what]: next[what] } : old)) }
    })
}

function part(): fc.Arbitrary<Part> {
  return fc.record({
    place: fc.constantFrom(...PLACE_NAMES),
    filling: fc.constantFrom(...FILLING_NAMES),
    times: fc.oneof(fc.constantFrom(5_000, 9_000, 5_000_000), fc.integer({ min: 100, max: 1_000_000 })),
  })
}

function rendered(): fc.Arbitrary<HostileBody> {
  return fc
    .record({
      path: fc.constantFrom('/render', EXPLAIN),
      place: fc.constant(LIST_PLACE),
      filling: fc.constantFrom(...LIST_FILLING_NAMES),
      times: fc.integer({ min: 1, max: REQUEST_LIMITS.objects + 1 }),
    })
    .map(({ path, ...part }) => ({ path, parts: [part] }))
}
