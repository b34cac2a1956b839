import t from 'tap'
import { ConfigError } from '../../../routing/explain/config-error.ts'
import { destinations } from '../../../routing/explain/destinations.ts'
import { explainer } from '../../../routing/explain/explain.ts'
import type { ClientOperation } from '../../../routing/explain/request.ts'

const POOLS = {
  A: { servers: ['a-0:1', 'a-1:1', 'a-2:1', 'a-3:1'] },
  B: { servers: ['b-0:1', '[::1]:2:ascii:plain'] },
}

function serversOf(config: object, key: string, operation: ClientOperation = 'get') {
  return destinations(explainer({ pools: POOLS, ...config })(operation, key))
}

t.test('a hash stop and a salt change what is hashed, and the explanation shows it', async (t) => {
  const explain = explainer({ pools: POOLS, route: { type: 'PoolRoute', pool: 'A', hash: { salt: 'v2' } } })
  t.match(explain('get', 'user:42|#|profile'), {
    kind: 'hash',
    among: 'pool A',
    function: 'Ch3',
    hashed: 'user:42v2',
    of: 4,
    next: { kind: 'server', pool: 'A' },
  })
  t.strictSame(explain('get', 'user:42|#|x'), explain('get', 'user:42|#|y'))
})

t.test('each hash function says how it came to its server', async (t) => {
  const arithmetic = (hash: object) =>
    Object(explainer({ pools: POOLS, route: { type: 'PoolRoute', pool: 'A', hash } })('get', 'foo'))
      .arithmetic
  t.equal(arithmetic({ hash_func: 'Ch3' }), 'the bits of its MurmurHash64A 649c5afd3a8f4a03 draw 1')
  t.equal(arithmetic({ hash_func: 'Crc32' }), '208889121 mod 4 = 1')
  t.match(
    arithmetic({ hash_func: 'WeightedCh3', weights: [1, 0, 1, 1] }),
    /^"foo" to 1, whose weight leaves it out; "foo0" to /,
  )
  t.match(
    arithmetic({ hash_func: 'Rendezvous', tags: ['w', 'x', 'y', 'z'] }),
    /^"[w-z]" of the tags has the highest score/,
  )
})

t.test('weights and tags of a pool count, unless the route says otherwise', async (t) => {
  const pools = { A: { ...POOLS.A, weights: [0, 0, 0, 1] } }
  const keys = Array.from({ length: 20 }, (_, index) => `k${index}`)
  const all = (route: unknown) => new Set(keys.flatMap((key) => serversOf({ pools, route }, key)))
  t.strictSame(all('PoolRoute|A'), new Set(['a-3:1']))
  t.ok(all({ type: 'PoolRoute', pool: 'A', hash: 'Ch3' }).size > 1)
})

t.test('routing prefixes lead to their routes and are not hashed', async (t) => {
  const routes = {
    '/././': 'PoolRoute|A',
    '/eu/b/': 'PoolRoute|B',
    '/us/fallback/': { type: 'ErrorRoute', response: 'closed' },
  }
  t.strictSame(serversOf({ routes }, '/././k'), serversOf({ routes }, 'k'))
  t.match(serversOf({ routes }, '/eu/b/k'), [/^(b-0:1|\[::1\]:2)$/])
  const explain = explainer({ pools: POOLS, routes })
  t.match(explain('get', '/us/c/k'), {
    by: 'routing prefix',
    name: '/us/fallback/',
    next: { message: 'SERVER_ERROR closed' },
  })
  t.match(explain('get', '/eu/c/k'), { kind: 'error', message: /No rh found/ })
  t.match(explain('get', '//x/y'), { kind: 'error', message: /No rh found/ })
  t.strictSame(serversOf({ routes }, '/a/b').length, 1, 'two slashes make no routing prefix')
  const list = [{ aliases: ['/././', '/eu/b/'], route: 'PoolRoute|B' }]
  t.strictSame(serversOf({ routes: list }, '/eu/b/k'), serversOf({ routes: list }, 'k'))
})

t.test('the longest prefix of a key wins, the empty one beats the wildcard', async (t) => {
  const route = {
    type: 'PrefixSelectorRoute',
    policies: { 'u:': 'Pool|one', 'u:x:': { type: 'NullRoute' } },
    wildcard: 'PoolRoute|B',
  }
  const explain = explainer({ pools: { ...POOLS, one: { servers: ['one:1'] } }, route })
  t.match(explain('get', 'u:1'), { by: 'prefix', name: 'u:', next: { server: 'one:1' } })
  t.match(explain('get', 'u:x:1'), { by: 'prefix', name: 'u:x:', next: { kind: 'miss' } })
  t.match(explain('get', 'v'), { by: 'prefix', name: undefined, next: { kind: 'hash' } })
  const none = { type: 'PrefixSelectorRoute', policies: { 'u:': 'PoolRoute|A' } }
  t.match(explainer({ pools: POOLS, route: none })('get', 'v'), { kind: 'error', message: /No rh found/ })
  const empty = { type: 'PrefixSelectorRoute', policies: { '': 'NullRoute' }, wildcard: 'PoolRoute|A' }
  t.match(explainer({ pools: POOLS, route: empty })('get', 'v'), { name: '', next: { kind: 'miss' } })
})

t.test('names may stand before what they name, and the first of a name counts', async (t) => {
  const named_handles = [
    { type: 'FailoverRoute', name: 'x', children: ['y', 'PoolRoute|A'] },
    { type: 'ErrorRoute', name: 'y', response: 'first' },
    { type: 'NullRoute', name: 'y' },
  ]
  t.match(explainer({ pools: POOLS, named_handles, route: 'x' })('get', 'k'), {
    after: 'error',
    steps: [{ message: 'SERVER_ERROR first' }, { kind: 'hash' }],
  })
  const byName = { x: 'PoolRoute|A' }
  t.equal(serversOf({ named_handles: byName, route: 'x' }, 'k').length, 1)
})

t.test('an operation without a policy has no reply, as in mcrouter', async (t) => {
  const route = { type: 'OperationSelectorRoute', operation_policies: { get: 'PoolRoute|A' } }
  t.match(explainer({ pools: POOLS, route })('incr', 'k'), {
    kind: 'error',
    message: 'SERVER_ERROR unexpected result mc_res_unknown (0) for incr',
  })
})

t.test('what literal wrote is read as it was meant', async (t) => {
  const pools = { 'a\\%b': { servers: ['h:1'] } }
  t.match(explainer({ pools, route: 'Pool|a\\%b' })('get', 'k'), { server: 'h:1', pool: 'a%b' })
})

t.test('what is not followed is an error that says so, and so is what mcrouter refuses', async (t) => {
  const cycle = { x: { type: 'FailoverRoute', children: ['x', 'PoolRoute|A'] } }
  const wide = Object.fromEntries(
    Array.from({ length: 9 }, (_, level) => [
      `l${level}`,
      { type: 'AllSyncRoute', children: Array(9).fill(level === 8 ? 'NullRoute' : `l${level + 1}`) },
    ]),
  )
  for (const [config, message] of [
    [[], /no object/],
    [{}, /invalid default route|route handle is/],
    [{ route: 'PoolRoute|nothing' }, /there is no pool "nothing"/],
    [{ route: 'Pool|A' }, /4 route handles in a list, expected 1/],
    [{ route: 'HostIdRoute' }, /"HostIdRoute" is not followed/],
    [{ route: { children: [] } }, /no type/],
    [{ route: 7 }, /a route handle is 7/],
    [{ route: { type: 'PoolRoute', pool: 'A', hash: 'Latest' } }, /hash function "Latest" is not followed/],
    [{ route: { type: 'PoolRoute', pool: 'A', hash: 'Rendezvous' } }, /needs 4 tags/],
    [{ route: '@if(a)' }, /macro/],
    [{ route: 'PoolRoute|%x%' }, /macro/],
    [{ pools: { A: { inherit: 'A' } }, route: 'PoolRoute|A' }, /cycle/],
    [{ pools: { A: { servers: ['nohost'] } }, route: 'PoolRoute|A' }, /invalid server/],
    [{ named_handles: cycle, route: 'x' }, /circle/],
    [{ named_handles: { a: 'b', b: 'a' }, route: 'a' }, /circle/],
    [{ named_handles: wide, route: 'l0' }, /more route handles than/],
    [{ routes: { '/a/b/': 'NullRoute' } }, /invalid default route/],
  ] as const) {
    const asked = () => explainer({ pools: POOLS, ...config })('get', 'k')
    if (Array.isArray(config)) t.throws(() => explainer(config), ConfigError)
    else t.throws(asked, { name: 'ConfigError', message })
  }
  const routes = { '/././': 'PoolRoute|A', '/./b/': 'PoolRoute|A' }
  t.throws(() => serversOf({ routes }, '/./*/k'), /several routes/)
  t.strictSame(serversOf({ routes }, '/*/b/k'), serversOf({ routes }, 'k'))
  t.strictSame(serversOf({ routes }, '/*/c/k'), [])
})
