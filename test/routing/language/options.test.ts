import t from 'tap'
import { checkConfig } from '../../../routing/language/check-config.ts'
import { POOL_OPTIONS } from '../../../routing/language/pool-options.ts'
import { unknownTo } from '../../../routing/language/release-span.ts'
import { ROUTE_HANDLES } from '../../../routing/language/route-handles.ts'
import type { Option, Options, ValueType } from '../../../routing/language/value-type.ts'
import type { Release } from '../../../schemas/mcrouter.ts'

const RELEASES: readonly Release[] = ['37', '40', '41', 'current']
const POOLS = { A: { servers: ['a:1', 'b:1'] }, B: { servers: ['c:1'] } }

/** Types that a configuration can hold, with their options. */
const HANDLES = Object.entries(ROUTE_HANDLES).filter(
  ([name, type]) => type.withheld === undefined && name !== 'Pool',
)

t.test(
  'every option of every route handle is taken, or refused for the release, where it stands',
  async (t) => {
    let options = 0
    for (const [name, { options: known, ...type }] of HANDLES) {
      for (const release of RELEASES.filter((one) => unknownTo(one, type) === undefined)) {
        for (const [option, spec] of Object.entries(known)) {
          const said = complaints({ ...smallest(name, known), [option]: sample(spec.type) }, option, release)
          const isRefused = spec.withheld !== undefined || unknownTo(release, spec) !== undefined
          t.equal(said.some(isOfTable), isRefused, `${release} ${name} ${option}: ${said}`)
          options += 1
        }
      }
    }
    t.ok(options > 400, `${options}`)
  },
)

t.test('a value of another type is refused where it stands', async (t) => {
  for (const [name, { options: known }] of HANDLES) {
    for (const [option, { type }] of offered(known)) {
      for (const value of others(type)) {
        const said = complaints({ ...smallest(name, known), [option]: value }, option, 'current')
        t.ok(said.length > 0, `${name} ${option} ${JSON.stringify(value)}`)
      }
    }
  }
})

t.test('what is needed is asked for', async (t) => {
  for (const [name, { options: known, ...type }] of HANDLES.filter(
    ([, one]) => unknownTo('current', one) === undefined,
  )) {
    t.equal(unknownTo('current', type), undefined)
    for (const [option] of Object.entries(known).filter(([, spec]) => spec.required)) {
      const { [option]: _, ...rest } = smallest(name, known)
      t.match(complaints(rest, option, 'current'), [/^Required value: /], `${name} ${option}`)
    }
  }
})

t.test('the same holds for pools', async (t) => {
  for (const release of RELEASES) {
    for (const [option, spec] of Object.entries(POOL_OPTIONS)) {
      const said = ofPool({ servers: ['a:1'], [option]: sample(spec.type) }, option, release)
      const isRefused = spec.withheld !== undefined || unknownTo(release, spec) !== undefined
      t.equal(said.some(isOfTable), isRefused, `${release} ${option}: ${said}`)
      if (isRefused) continue
      for (const value of others(spec.type)) {
        t.ok(
          ofPool({ servers: ['a:1'], [option]: value }, option, release).length > 0,
          `${option} ${JSON.stringify(value)}`,
        )
      }
    }
  }
})

function offered(options: Options): [string, Option][] {
  return Object.entries(options).filter(
    ([, spec]) => spec.withheld === undefined && unknownTo('current', spec) === undefined,
  )
}

/** A handle with what it needs. */
function smallest(type: string, options: Options): Record<string, unknown> {
  const required = Object.entries(options).filter(([, spec]) => spec.required)
  return { type, ...Object.fromEntries(required.map(([name, spec]) => [name, sample(spec.type)])) }
}

/** A value of a type. */
function sample(type: ValueType): unknown {
  switch (type.kind) {
    case 'integer':
      return Math.max(1, type.least ?? 1)
    case 'number':
      return type.least ?? 0.5
    case 'fraction':
      return 0.5
    case 'boolean':
      return true
    case 'text':
      return 'pattern' in type
        ? (['/a/b/', 'mc_res_tko', ':', 'x'].find((text) => type.pattern.test(text)) ?? '')
        : 'x'
    case 'word':
      return Object.keys(type.words)[0]
    case 'list':
      return Array.from({ length: type.length ?? 1 }, () => sample(type.of))
    case 'map':
      return {}
    case 'members': {
      const required = Object.entries(type.options).filter(([, spec]) => spec.required)
      return Object.fromEntries(required.map(([name, spec]) => [name, sample(spec.type)]))
    }
    case 'either':
      return sample(type.object ?? type.list ?? type.text ?? { kind: 'any' })
    case 'pool':
      return 'A'
    case 'server':
      return 'a:1'
    case 'handle':
      return 'NullRoute'
    case 'handles':
      return ['PoolRoute|B', 'NullRoute']
    case 'any':
      return null
  }
}

/** Values of no type, and of the types that it is not. */
function others(type: ValueType): unknown[] {
  const wrong: Record<string, readonly unknown[]> = {
    integer: ['1', 1.5, true, [1], 2 ** 53],
    number: ['1', true, [1]],
    fraction: ['0.5', 0, 1, 1.5],
    boolean: ['true', 1],
    text: [1, ['x'], {}],
    word: ['no such word', 1],
    list: ['x', 1, {}],
    map: ['x', 1, []],
    members: ['x', 1, []],
    either: [true],
    pool: ['no-such-pool', 1, ['A']],
    server: [1, 'x'],
    handle: ['no-such-handle', 1, [], ['NullRoute', 'NullRoute'], true],
    handles: ['no-such-handle', 1, [], true],
  }
  return [null, ...(wrong[type.kind] ?? [])]
}

/** What spans options is forbidden in other words. */
function isOfTable(message: string): boolean {
  return /^Forbidden: (unknown option |"[a-z_]+" of )/i.test(message)
}

/** What is said of an option, or of something in it. */
function complaints(route: object, option: string, release: Release): string[] {
  return below(`spec.config.route.${option}`, checkConfig({ pools: POOLS, route }, { release }))
}

function ofPool(pool: object, option: string, release: Release): string[] {
  return below(
    `spec.config.pools.X.${option}`,
    checkConfig({ pools: { X: pool }, route: 'NullRoute' }, { release }),
  )
}

function below(path: string, verdict: ReturnType<typeof checkConfig>): string[] {
  const violations = verdict.accepted ? [] : verdict.violations
  return violations.filter((violation) => violation.path.startsWith(path)).map(({ message }) => message)
}
