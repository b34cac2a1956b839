import t from 'tap'
import { checkConfig } from '../../../routing/language/check-config.ts'
import { type Found, judgeValue } from '../../../routing/language/judge-value.ts'
import { routedOperations } from '../../../routing/language/operations.ts'
import { POOL_OPTIONS } from '../../../routing/language/pool-options.ts'
import { ROUTE_HANDLES } from '../../../routing/language/route-handles.ts'
import { Findings, type Scope } from '../../../routing/language/scope.ts'
import type { Options, ValueType } from '../../../routing/language/value-type.ts'
import { featuresOf } from '../../../routing/release.ts'
import type { Release } from '../../../schemas/mcrouter.ts'
import { SPEC } from '../../../schemas/validation/path.ts'

/** As registered in routes/McRouteHandleProvider.cpp:247-335 and McRouteHandleProvider-inl.h:945-1015 of the newest release. */
const REGISTERED =
  'AllAsyncRoute AllFastestRoute AllInitialRoute AllMajorityRoute AllSyncRoute BigValueRoute BlackholeRoute CarbonLookasideRoute ' +
  'DevNullRoute DistributionRoute ErrorRoute FailoverRoute FailoverWithExptimeRoute HashRoute HashStopAllowListRoute HostIdRoute ' +
  'KeyParseRoute KeySplitRoute L1L2CacheRoute L1L2SizeSplitRoute LatencyInjectionRoute LatestRoute LoadBalancerRoute LoggingRoute ' +
  'MigrateRoute MissFailoverRoute ModifyExptimeRoute ModifyKeyRoute NullRoute OperationSelectorRoute OriginalClientHashRoute Pool ' +
  'PoolRoute PrefixPolicyRoute RandomRoute RateLimitRoute RoutingGroupRoute SRRoute SaltedFailoverRoute SetDistributionTargetRoute ' +
  'ShadowRoute StagingRoute WarmUpRoute'

t.test('every type of route handle is known, with the place where mcrouter reads it', async (t) => {
  t.same(Object.keys(ROUTE_HANDLES).toSorted(), REGISTERED.split(' '))
  for (const [name, { source }] of Object.entries(ROUTE_HANDLES))
    t.match(source, /^(lib\/)?routes\/\w[\w-]*\.(h|cpp)/, name)
})

t.test('a short form stands for an option that there is, and a default is of its type', async (t) => {
  for (const [name, { short, options }] of Object.entries(ROUTE_HANDLES)) {
    if (short === undefined || name === 'Pool') continue
    t.ok(Object.hasOwn(options, short), name)
    const needed = Object.entries(options).filter(([option, { required }]) => required && option !== short)
    t.same(needed, [], `${name} needs nothing else`)
  }
  const all: readonly Options[] = [
    POOL_OPTIONS,
    ...Object.values(ROUTE_HANDLES).map(({ options }) => options),
  ]
  let defaults = 0
  for (const [option, { type, default: value }] of all.flatMap(optionsIn)) {
    if (value === undefined) continue
    const findings = new Findings()
    judgeValue(value, type, { place: SPEC, option }, scopeOf(findings), nothing())
    t.same(findings.violations(SPEC), [], option)
    defaults += 1
  }
  t.ok(defaults > 25)
})

t.test('what a release does not have is refused for it, with the release that has it', async (t) => {
  const since = { '40': 'StagingRoute', '41': 'SaltedFailoverRoute', current: 'KeyParseRoute' } as const
  const before = { '40': '37', '41': '40', current: '41' } as const
  for (const [release, type] of [...Object.entries(since)] as const) {
    const older: Release = release === '40' ? before['40'] : release === '41' ? before['41'] : before.current
    const [message = ''] = messages({ route: { type } }, older)
    t.match(message, `needs release ${release}`, type)
    t.match(message, `the routers are of release ${older}`)
  }
})

t.test('it knows of a release what the operator renders for it', async (t) => {
  for (const release of ['37', '40', '41', 'current'] as const) {
    const { getAndTouch, connectTimeout } = featuresOf(release)
    t.equal(routedOperations(release).includes('gat'), getAndTouch, release)
    const pools = { A: { servers: ['a:1'], connect_timeout: 200 } }
    t.equal(messages({ pools, route: 'PoolRoute|A' }, release).length === 0, connectTimeout, release)
  }
})

t.test('a misspelt option is answered with what was meant', async (t) => {
  const meant = (route: object) =>
    messages({ pools: { A: { servers: ['a:1', 'b:1'] } }, route }, 'current').join('\n')
  const target = 'PoolRoute|A'
  t.match(
    meant({ type: 'ModifyKeyRoute', target, prefix: 'p:' }),
    /unknown option "prefix" of ModifyKeyRoute; did you mean ensure_key_prefix or set_routing_prefix or replace_key_prefix\?/,
  )
  t.match(
    meant({ type: 'OperationSelectorRoute', default: target }),
    /"default".*did you mean default_policy\?/,
  )
  t.match(meant({ type: 'FailoverRoute', child: [target, 'NullRoute'] }), /"child".*did you mean children\?/)
  t.match(meant({ type: 'PoolRute', pool: 'A' }), /"PoolRute".*did you mean PoolRoute\?/)
  t.match(meant({ type: 'PoolRoute', pool: 'A', hash: 'crc32' }), /"crc32".*did you mean Crc32\?/)
})

t.test("options that mcrouter's own tests have are what they are there", async (t) => {
  const said = (route: object) => messages({ pools: { A: { servers: ['a:1'] } }, route }, 'current')
  const modify = {
    type: 'ModifyKeyRoute',
    target: 'PoolRoute|A',
    set_routing_prefix: '',
    modify_inplace: true,
  }
  t.same(said({ ...modify, ensure_key_prefix: 'bar:' }), [])
  t.match(said(modify), [/modify_inplace has no effect without it/])
  const pool = { type: 'PoolRoute', pool: 'A' }
  t.same(
    said({ ...pool, shard_splits: { 1: 3, 2: { old_split_size: 1, new_split_size: 2, split_start: 1 } } }),
    [],
  )
  t.match(said({ ...pool, shard_splits: { 2: 10_000, 3: -1 } }), [/at most 677/, /at least 1/])
  t.match(said({ ...pool, rates: { gets_burst: 5 } }), [/gets_burst has no effect without it/])
  const settings = { enable_threshold: 0.7, disable_threshold: 0.9, start: 0.1, step: 1 }
  t.same(said({ ...pool, slow_warmup: { failoverTarget: 'NullRoute', settings } }), [])
  t.match(
    said({ ...pool, slow_warmup: { failoverTarget: 'NullRoute', settings: { ...settings, start: 1 } } }),
    [/less than 1/],
  )
  const wrongWay = { ...settings, enable_threshold: 0.9 }
  t.match(said({ ...pool, slow_warmup: { failoverTarget: 'NullRoute', settings: wrongWay } }), [
    /less than disable_threshold/,
  ])
})

t.test('what routers cannot have is refused with the reason', async (t) => {
  const reasons = (type: string) => messages({ route: { type } }, 'current').join('\n')
  t.match(reasons('CarbonLookasideRoute'), /starts a second mcrouter from a file in the container/)
  t.match(reasons('OriginalClientHashRoute'), /--retain-source-ip/)
  t.match(reasons('SRRoute'), /infrastructure of the upstream company/)
})

t.test('a list, a name, a short form and an object are what may be a route handle', async (t) => {
  const said = (route: unknown) => messages({ pools: { A: { servers: ['a:1', 'b:1'] } }, route }, 'current')
  t.same(said(['NullRoute']), [], 'a list of one')
  t.match(said({ type: 'AllSyncRoute', children: '' }), [/no route handles/])
  t.match(said('NullRoute|A'), [/NullRoute has no short form$/])
  t.match(said('WarmUpRoute|A'), [/WarmUpRoute has no short form, write it as an object/])
  t.match(said('PoolRoute|'), [/"": no such pool/])
  t.match(said('|A'), [/"": no such type of route handle/])
  t.same(said('OperationSelectorRoute|PoolRoute|A'), [])
  t.match(said({ name: 'x' }), [/a route handle needs a type/])
  t.match(said({ type: 'NullRoute', name: 7 }), [/must be a string/])
  t.match(said(7), [/must be a route handle/])
})

t.test('named handles know each other by name in an object, in a list those before them', async (t) => {
  const read = { type: 'FailoverRoute', children: ['home', 'NullRoute'] }
  const home = { type: 'PoolRoute', pool: 'A' }
  const config = (named_handles: object) => ({
    pools: { A: { servers: ['a:1'] } },
    named_handles,
    route: 'read',
  })
  t.same(messages(config({ read, home }), '37'), [])
  t.same(
    messages(
      config([
        { ...home, name: 'home' },
        { ...read, name: 'read' },
      ]),
      '37',
    ),
    [],
  )
  t.match(messages(config([{ ...home, name: 'read' }, 'PoolRoute|A', home]), '37'), [
    /nothing can refer/,
    /nothing can refer/,
  ])
  t.match(messages(config({ read: { ...home, name: 'home' } }), '37'), [
    /must be "read", under which it stands/,
  ])
  t.match(messages(config({ 'no such name': home, read: home }), '37'), [/must have letters/])
  const [later] = messages(
    config([
      { ...read, name: 'read' },
      { ...home, name: 'home' },
    ]),
    '37',
  )
  t.match(later, /"home": named_handles has it further down/)
  t.same(
    messages(config({ read: ['home'], home: 'PoolRoute|A' }), '37'),
    [],
    'a list and a short form have names as well',
  )
  t.match(messages(config({ read: ['home', 'home'], home }), '37'), [/2 route handles: one is needed/])
  const inside = { type: 'AllSyncRoute', children: [{ ...home, name: 'x' }, 'x'] }
  t.match(messages(config({ read: inside }), '37'), [
    /"x": is the name of a handle that stands inside another/,
  ])
})

function messages(config: object, release: Release): string[] {
  const verdict = checkConfig(config, { release })
  return verdict.accepted ? [] : verdict.violations.map(({ message }) => message)
}

/** Those of members as well. */
function optionsIn(options: Options): [name: string, option: Options[string]][] {
  return Object.entries(options).flatMap(([name, option]) => {
    const inner = optionsOf(option.type)
    return [[name, option] as [string, Options[string]], ...optionsIn(inner)]
  })
}

function optionsOf(type: ValueType): Options {
  if (type.kind === 'members') return type.options
  return type.kind === 'list' || type.kind === 'map' ? optionsOf(type.of) : {}
}

function scopeOf(findings: Findings): Scope {
  return { release: 'current', findings, handles: () => undefined, pool: () => undefined }
}

function nothing(): Found {
  return { parts: new Map(), pool: undefined }
}
