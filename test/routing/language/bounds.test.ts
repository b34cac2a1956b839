import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { advise } from '../../../routing/language/advice.ts'
import { checkConfig } from '../../../routing/language/check-config.ts'
import { MOST_NESTED } from '../../../routing/language/judge-handles.ts'
import { MOST_CHARACTERS, MOST_LEVELS, MOST_VALUES } from '../../../routing/language/literal-text.ts'
import { MOST_INHERITED } from '../../../routing/language/pool-table.ts'
import type { Handles, Route } from '../../../routing/language/route.ts'
import { ROUTE_HANDLES } from '../../../routing/language/route-handles.ts'
import { Findings } from '../../../routing/language/scope.ts'
import { SPEC } from '../../../schemas/validation/path.ts'
import { effort } from '../../../testing/effort.ts'
import { UNPRINTABLE } from '../../../text/plain-text.ts'
import { hostileValue } from '../../support/arbitrary/hostile.ts'

const WORDS = ['pools', 'named_handles', 'route', 'routes', 'macros', 'vars', 'type', 'name']
const RELEASE = { release: 'current' } as const

t.test('whatever it is given, it answers with a verdict that can be told', async () => {
  const configs = fc.oneof(
    hostileValue(),
    fc.dictionary(fc.constantFrom(...WORDS), anyHandle(), { maxKeys: 5 }),
  )
  fc.assert(
    fc.property(configs, fc.constantFrom('37', 'current'), (config, release) => {
      const verdict = checkConfig(config, { release, pools: [{ name: 'main', servers: 2 }] })
      if (verdict.accepted) {
        assert.doesNotMatch(verdict.warnings.join(), new RegExp(UNPRINTABLE.source, 'u'))
        for (const warning of verdict.warnings) assert.ok(warning.length <= 256)
        return
      }
      assert.ok(verdict.violations.length > 0)
      for (const { path, message } of verdict.violations) {
        assert.match(path, /^spec\.config/)
        assert.ok(message.length < 3000, message)
        assert.doesNotMatch(`${path} ${message}`, new RegExp(UNPRINTABLE.source, 'u'))
      }
    }),
    effort(1000),
  )
})

t.test('names of prototypes are names like others', async (t) => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    for (const text of [
      `{"${name}":1,"route":"NullRoute"}`,
      `{"pools":{"${name}":{"${name}":1,"servers":[]}},"route":"PoolRoute|${name}"}`,
      `{"route":{"type":"${name}"}}`,
      `{"route":"PoolRoute|${name}"}`,
      `{"route":{"type":"OperationSelectorRoute","default_policy":"NullRoute","operation_policies":{"${name}":"NullRoute"}}}`,
      `{"named_handles":{"${name}":{"type":"NullRoute","${name}":1}},"route":"${name}"}`,
    ]) {
      t.equal(checkConfig(JSON.parse(text), RELEASE).accepted, false, text)
    }
  }
})

t.test('a number that not all programs read alike is refused, wherever it is', async (t) => {
  const config = (number: string): unknown =>
    JSON.parse(`{"pools":{"a":{"servers":["a:1"],"server_timeout":${number}}},"route":"PoolRoute|a"}`)
  for (const number of [
    '9007199254740992',
    '-9007199254740993',
    '9223372036854775807',
    '1e20',
    '1e400',
    '-0',
  ]) {
    const verdict = checkConfig(config(number), RELEASE)
    const violations = verdict.accepted ? [] : verdict.violations
    t.match(
      violations,
      [{ path: 'spec.config.pools.a.server_timeout', message: /rounded by programs|no such number|write 0/ }],
      number,
    )
    t.equal(violations.length, 1)
  }
  t.ok(checkConfig(config('1000'), RELEASE).accepted)
})

t.test('what is too large, too deep or too long is refused for that', async (t) => {
  const refused = (config: unknown) => {
    const verdict = checkConfig(config, RELEASE)
    return verdict.accepted ? [] : verdict.violations.map(({ message }) => message)
  }
  t.match(refused({ route: nestedLists(MOST_LEVELS + 1) }).join(), `more than ${MOST_LEVELS} levels deep`)
  t.match(
    refused({ route: Array.from({ length: MOST_VALUES }, () => 1) }).join(),
    `more than ${MOST_VALUES} values`,
  )
  const long = 'x'.repeat(MOST_CHARACTERS)
  t.match(refused({ route: `ErrorRoute|${long}` }).join(), `more than ${MOST_CHARACTERS} characters`)
  const deep = `${'AllSyncRoute|'.repeat(MOST_NESTED + 1)}NullRoute`
  t.match(refused({ route: deep }).join(), `more than ${MOST_NESTED} route handles below one another`)
  t.same(refused({ route: `${'AllSyncRoute|'.repeat(MOST_NESTED - 2)}NullRoute` }), [])
  t.match(refused({ route: `${'AllSyncRoute|'.repeat(10_000)}NullRoute` }).join(), /below one another/)
  const heirs = Array.from(
    { length: MOST_INHERITED + 2 },
    (_, index) => [`p${index}`, { inherit: `p${index + 1}` }] as const,
  )
  const pools = Object.fromEntries([...heirs, [`p${heirs.length}`, { servers: ['a:1'] }]])
  t.match(
    refused({ pools, route: 'NullRoute' }).join(),
    `more than ${MOST_INHERITED} pools inherit one from another`,
  )
  t.match(refused(chain(2000)).join(), `more than ${MOST_NESTED} route handles below one another`)
})

t.test('lists of lists by name are counted, and not written out', async (t) => {
  const levels = Array.from({ length: 12 }, (_, level) => {
    return [
      `x${level + 1}`,
      Array.from({ length: 12 }, () => (level === 0 ? 'NullRoute' : `x${level}`)),
    ] as const
  })
  const verdict = checkConfig(
    { named_handles: Object.fromEntries(levels), route: { type: 'AllSyncRoute', children: 'x12' } },
    RELEASE,
  )
  t.match(verdict, { accepted: false })
  t.match(JSON.stringify(verdict), /lists of route handles with more than 100000 in all/)
})

t.test('a handle that many refer to is read once', async (t) => {
  const shared = Object.fromEntries(
    Array.from({ length: 25 }, (_, level) => {
      const below = level === 0 ? 'NullRoute' : `x${level}`
      return [`x${level + 1}`, { type: 'AllSyncRoute', children: [below, below, 'DevNullRoute'] }]
    }),
  )
  t.match(checkConfig({ named_handles: shared, route: 'x25' }, RELEASE), { accepted: true })
})

t.test('a list that many refer to is looked through as often as one that few do', async (t) => {
  const [few, many] = [timesLookedThrough(2), timesLookedThrough(2000)]
  t.ok(few > 0)
  t.equal(many, few)
})

t.test('a hundred violations are told, and how many there are beside them', async (t) => {
  const options = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`option-${index}`, 1]))
  const verdict = checkConfig({ route: { type: 'NullRoute', ...options } }, RELEASE)
  t.equal(verdict.accepted ? 0 : verdict.violations.length, 101)
  t.match(verdict, { violations: { 100: { message: 'Forbidden: 4900 more of them, which are not listed' } } })
})

/** How often advice reads the one list that so many handles have for their children. */
function timesLookedThrough(referring: number): number {
  let times = 0
  const server = handle({ type: 'PoolRoute', pool: { name: 'a', size: 2, options: {}, operated: false } })
  const shared: Handles = {
    count: 1,
    depth: 1,
    get routes() {
      times += 1
      return [server]
    },
  }
  const routes = Array.from({ length: referring }, () =>
    handle({ type: 'AllSyncRoute', parts: new Map([['children', shared]]) }),
  )
  const root: Handles = {
    count: 1,
    depth: 3,
    routes: [
      handle({ type: 'AllSyncRoute', parts: new Map([['children', { count: 1, depth: 2, routes }]]) }),
    ],
  }
  advise([{ place: SPEC, handles: root }], new Findings())
  return times
}

function handle({ type, parts = new Map(), pool }: Partial<Route> & Pick<Route, 'type'>): Route {
  return { type, parts, pool }
}

/** Much like handles, with anything for their options. */
function anyHandle(): fc.Arbitrary<unknown> {
  const types = fc.constantFrom(...Object.keys(ROUTE_HANDLES), 'PrefixSelectorRoute', 'if', 'main')
  const options = fc.constantFrom(
    ...WORDS,
    ...Object.values(ROUTE_HANDLES).flatMap((type) => Object.keys(type.options)),
  )
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      hostileValue(),
      types,
      types.map((type) => `${type}|main`),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc
        .tuple(types, fc.dictionary(options, tie('tree'), { maxKeys: 6 }))
        .map(([type, rest]) => ({ ...rest, type })),
    ),
  }))
  return tree
}

function nestedLists(levels: number): unknown {
  return levels === 0 ? 'NullRoute' : [nestedLists(levels - 1)]
}

/** Each handle refers to the next. */
function chain(length: number): object {
  const named = Array.from({ length }, (_, index) => {
    const next = index + 1 < length ? `x${index + 1}` : 'NullRoute'
    return [`x${index}`, { type: 'AllSyncRoute', children: next }] as const
  })
  return { named_handles: Object.fromEntries(named), route: 'x0' }
}
