import assert from 'node:assert/strict'
import t from 'tap'
import { configFor, serialise } from '../../routing/config.ts'
import { digest } from '../../routing/digest.ts'
import { literal } from '../../routing/literal.ts'
import { featuresOf } from '../../routing/release.ts'
import { serverNames } from '../../routing/servers.ts'
import { serversIn } from '../../schemas/layout.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'

/** Of a ConfigMap's 1 MiB, with room for what else is in it. */
const MOST_BYTES = 1024 * 1024 - 4096

const RELEASES = ['37', '40', '41', 'current'] as const

t.test('every operation has a route: its own or the default', async (t) => {
  for (const topology of ['sharded', 'replicated'] as const) {
    for (const release of RELEASES) {
      const config = configOf(mcrouterWith({ topology, routers: { release } }))
      assert('route' in config && config.route.type === 'OperationSelectorRoute')
      const { route } = config
      t.ok(route.default_policy, `${topology}, ${release}`)
      for (const operation of ['metaget', 'lease-get', 'lease-set'] as const) {
        t.match(
          route.operation_policies[operation],
          /^ErrorRoute\|/,
          'no client can have a healthy server declared dead',
        )
      }
    }
  }
})

t.test('a named handle comes after those that it refers to', async (t) => {
  const { named_handles, pools } = configOf(
    mcrouterWith({ memcached: { servers: 7 }, routers: { release: 'current' } }),
  )
  const known = new Set<string>()
  for (const handle of named_handles) {
    assert('children' in handle)
    const { name, children } = handle
    for (const child of children) {
      const [, pool] = /^Pool\|(.*)$/.exec(child) ?? []
      t.ok(pool === undefined ? known.has(child) : pool in pools, `${name} → ${child}`)
    }
    t.notOk(known.has(name), 'the first of two handles of one name would win')
    known.add(name)
  }
})

t.test(
  'the text grows linearly, and the largest pool with the longest names fits into a ConfigMap',
  async (t) => {
    const size = (servers: number) => Buffer.byteLength(textOf(longest(servers)))
    const perServer = (size(1000) - size(500)) / 500
    const perServerSmall = (size(200) - size(100)) / 100
    t.ok(perServer / perServerSmall < 1.05, `${perServerSmall} and ${perServer} bytes a server`)
    for (const servers of [24, 25]) t.ok(size(servers) < 1100 * servers, `${servers}: ${size(servers)} bytes`)
    t.ok(size(1000) < MOST_BYTES, `${size(1000)} bytes`)
    for (const servers of [500, 1000]) {
      t.ok(Buffer.byteLength(textOf(longest(servers), true)) < MOST_BYTES, 'also while it fills')
    }
  },
)

t.test('so does that of as many servers in copies', async (t) => {
  const ofCopies = (shards: number, copies: number) => {
    const named = longest(shards * copies)
    return { ...named, pools: mcrouterWith({ memcached: { shards, copies, onMiss: 'AskCopies' } }).pools }
  }
  for (const [shards, copies] of [
    [500, 2],
    [100, 10],
  ] as const) {
    const size = Buffer.byteLength(textOf(ofCopies(shards, copies)))
    t.ok(size < MOST_BYTES / 2, `${shards} × ${copies}: ${size} bytes`)
  }
})

t.test('a request tries three servers at most, each once', async (t) => {
  const { named_handles } = configOf(mcrouterWith({ memcached: { servers: 9 } }))
  const chains = named_handles.flatMap((handle) => (handle.type === 'FailoverRoute' ? [handle.children] : []))
  t.equal(chains.length, 9)
  for (const children of chains) t.equal(new Set(children).size, 3)
})

t.test('the same Mcrouter is the same text and the same digest; another server is another', async (t) => {
  t.equal(textOf(mcrouterWith()), textOf(structuredClone(mcrouterWith())))
  t.equal(digest('a\n'), '60b725f10c9c85c70d97880dfe8191b3', 'as md5sum says')
  t.not(digest(textOf(mcrouterWith())), digest(textOf(mcrouterWith({ memcached: { servers: 3 } }))))
})

t.test('the text is JSON, one item a line, and ends with a line break', async (t) => {
  const config = configOf(mcrouterWith())
  const text = serialise(config)
  t.same(JSON.parse(text), config)
  t.ok(text.endsWith('}\n'))
  t.ok(text.split('\n').every((line) => line.length <= 160))
  t.match(text, '    {"type": "HashRoute", "name": "read", "children": ["from-0", "from-1"]},\n')
  const lines = textOf(mcrouterWith({ memcached: { servers: 24 } })).split('\n')
  t.ok(lines.length < 24 * 22, `${lines.length} lines: short names fill theirs`)
})

t.test('characters of the configuration language are read as they are written', async (t) => {
  t.equal(literal('50% off'), '50\\% off')
  t.equal(literal('@home'), '\\@home')
  t.equal(literal('me@home'), 'me@home')
  t.equal(literal('a\\b'), 'a\\\\b')
  const { pools } = configFor(mcrouterWith(), [['@x%y:1', 'b:2']])
  t.same(pools['memcached-0']?.servers, ['\\@x\\%y:1'])
  t.same(pools.memcached?.servers, ['\\@x\\%y:1', 'b:2'])
})

function configOf(mcrouter: Mcrouter, filling = false) {
  const servers = serverNames(mcrouter, mcrouter.pools[0], serversIn(mcrouter.pools[0]), 'cluster.local')
  return configFor(mcrouter, [servers], { features: featuresOf(mcrouter.routers.release), filling })
}

function textOf(mcrouter: Mcrouter, filling = false): string {
  return serialise(configOf(mcrouter, filling))
}

function longest(servers: number): Mcrouter {
  return mcrouterWith({
    name: 'n'.repeat(42),
    namespace: 'n'.repeat(63),
    memcached: { servers, port: 65535 },
    routers: { release: 'current' },
  })
}
