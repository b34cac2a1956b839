import t from 'tap'
import { V1ALPHA3 } from '../../schemas/v1alpha3/version.ts'
import { V1BETA1 } from '../../schemas/v1beta1/version.ts'
import { judgeScale } from '../../schemas/validation/scale.ts'
import { warningsOf } from './mcrouter.ts'

const PINNED = {
  mcrouter_image: 'registry.example.com/mcrouter:37',
  memcached_image: 'memcached:1.6.40-alpine',
}

t.test('nothing is said about the defaults, nor about an update that changes nothing', async (t) => {
  t.same(warningsOf({}), [])
  t.same(warningsOf({}, {}), [])
  t.same(warningsOf({ ...PINNED, pool_setup: 'sharded', mcrouter_replicas: 3 }), [])
})

t.test('an image that can change under its name, except the default one', async (t) => {
  t.match(warningsOf({ memcached_image: 'memcached' }), [
    'spec.memcached_image "memcached" can change at any time',
  ])
  t.match(warningsOf({ mcrouter_image: 'example.com/mcrouter:latest' }), ['spec.mcrouter_image'])
  t.same(warningsOf({ mcrouter_image: 'devan2502/mcrouter:latest' }), [])
})

t.test('a newer release than the default image is', async (t) => {
  t.match(warningsOf({ mcrouter_release: '41' }), ['the default image is release 37'])
  t.same(warningsOf({ ...PINNED, mcrouter_release: '41' }), [])
})

t.test('one router; replicated with one server', async (t) => {
  t.match(warningsOf({ mcrouter_replicas: 1 }), ['spec.mcrouter_replicas is 1'])
  t.match(warningsOf({ memcached_pool_size: 1 }), ['replicated with one server'])
  t.same(warningsOf({ memcached_pool_size: 1, pool_setup: 'sharded' }), [])
})

t.test('a pool that grows: how many keys move, and where to', async (t) => {
  const grown = (from: number, to: number, pool_setup = 'sharded') =>
    warningsOf({ memcached_pool_size: to, pool_setup }, { memcached_pool_size: from, pool_setup })
  t.same(grown(3, 4), [
    '3 → 4 servers moves about 25 % of the keys, all to the new server, which starts empty',
  ])
  t.same(grown(2, 5), [
    '2 → 5 servers moves about 60 % of the keys, all to the new servers, which start empty',
  ])
  t.same(
    grown(2, 4, 'replicated'),
    [
      '2 → 4 servers: about 50 % of the keys are looked for first on the new servers, which start empty; for an hour, unless the operator is set otherwise, get also asks servers that were there before; every other operation, and get after that, misses what was not set again',
    ],
    'replicated, nothing moves: what is there stays where it is',
  )
})

t.test('a pool that shrinks: also that old values may come back', async (t) => {
  const shrunk = (setup: string) =>
    warningsOf({ memcached_pool_size: 3, pool_setup: setup }, { memcached_pool_size: 4, pool_setup: setup })
  t.match(shrunk('sharded'), [
    '4 → 3 servers moves about 25 % of the keys, those on the server that goes, which is the last; what is stored there is lost',
    'old values may come back until they expire',
  ])
  t.strictSame(
    shrunk('replicated'),
    [
      '4 → 3 servers moves about 25 % of the keys, those on the server that goes, which is the last; the servers that stay hold them as well, but not what incr, decr or cas changed there',
    ],
    'replicated, every server had every write',
  )
})

t.test('an item size that a full cache does not keep to, unless it is the default', async (t) => {
  for (const size of ['1536k', '2m', '31m', '64m']) {
    t.match(
      warningsOf({ memcached_max_item_size: size }),
      [
        `spec.memcached_max_item_size ${size}: a server that is full of smaller values refuses those above 1m`,
      ],
      size,
    )
  }
  for (const size of ['512k', '1m', '1024k', '32m', '33554432']) {
    t.same(warningsOf({ memcached_max_item_size: size }), [], size)
  }
  t.same(warningsOf({ memcached_memory_mb: 48 }), [])
  t.same(warningsOf({ memcached_memory_mb: 48, memcached_max_item_size: '24m' }), [])
})

t.test('a change of the topology moves no key, and what it does to copies is said', async (t) => {
  t.strictSame(warningsOf({ pool_setup: 'sharded' }, {}), [
    'spec.pool_setup replicated → sharded: each key is asked of the server that was asked first before, and of no other; what the others hold of it is not changed any more, and comes back if the servers become more or fewer, or copies again, before it expires',
  ])
  t.strictSame(warningsOf({ pool_setup: 'replicated' }, { pool_setup: 'sharded' }), [
    'spec.pool_setup sharded → replicated: get, incr, decr and cas find what they found before; until a key is set again, the other servers lack it or have an older value of it, which is read while its server is down, and an add of a key that is there can succeed',
  ])
})

t.test(
  'with another number of servers, what moves and what is lost is said as well, as of values where they are',
  async (t) => {
    const sized = (pool_setup: string, memcached_pool_size: number) => ({ pool_setup, memcached_pool_size })
    const change = /^spec\.pool_setup/
    for (const [before, after, effects] of [
      [sized('sharded', 2), sized('replicated', 4), [/moves about 50 % .*, which start empty$/]],
      [sized('replicated', 2), sized('sharded', 4), [/moves about 50 % .*, which start empty$/]],
      [sized('sharded', 4), sized('replicated', 2), [/what is stored there is lost$/, /^after a shrink, /]],
      [sized('replicated', 4), sized('sharded', 2), [/the servers that stay hold them as well/]],
    ] as const) {
      const warnings = warningsOf(after, before)
      t.match(warnings, [change, ...effects])
      t.equal(warnings.length, 1 + effects.length)
    }
  },
)

t.test('a change that is an outage', async (t) => {
  t.strictSame(warningsOf({ memcached_port: 11_311 }, {}), [
    'spec.memcached_port changes: routers reach no server until it has restarted, and requests for its keys fail; the servers restart one by one, and the cache is emptied',
  ])
})

t.test('a change that restarts the servers one by one', async (t) => {
  for (const change of [
    { memcached_image: 'memcached:1.6.40' },
    { memcached_memory_mb: 512 },
    { node_selector: { a: 'b' } },
  ]) {
    t.match(warningsOf(change, {}), ['restarts the memcached servers one by one'])
  }
  t.same(warningsOf({ mcrouter_port: 5001 }, {}), [], 'routers hold nothing')
  const [bytes, words] = [{ memcached_max_item_size: '33554432' }, { memcached_max_item_size: '32m' }]
  t.same(warningsOf(words, bytes), [], 'as many bytes in other words')
})

t.test('a memory limit that small values may exceed', async (t) => {
  const limit = (memory: string) => warningsOf({ memcached_resources: { limits: { memory } } })
  t.match(limit('330Mi'), ['330Mi is less than 371Mi'])
  t.same(limit('371Mi'), [])
})

t.test('the deprecated spelling, in one line', async (t) => {
  t.same(warningsOf({ mcrouterPort: 5000, poolSetup: 'sharded' }), [
    'deprecated spelling: mcrouterPort, poolSetup; write mcrouter_port, pool_setup',
  ])
})

t.test('no warning is longer than the API server passes on whole', async (t) => {
  const all = warningsOf(
    {
      ...{
        mcrouterImage: `${'a/'.repeat(120)}b`,
        mcrouterPort: 5001,
        memcachedImage: 'b',
        memcachedPoolSize: 1,
      },
      ...{ memcachedPort: 11_212, poolSetup: 'sharded', debugFifoRoot: '/fifos', mcrouter_replicas: 1 },
    },
    { memcached_pool_size: 1000, pool_setup: 'sharded' },
  )
  t.ok(all.length > 4)
  for (const warning of all) t.ok(warning.length <= 256, warning)
})

t.test('where the number is that of shards with copies, a scale is told of those', async (t) => {
  const scaled = (from: number, to: number, version = V1BETA1) => {
    const selector = 'a=b,apps.kubernetes.io/pod-index in (0,2)'
    return judgeScale({ spec: { replicas: to } }, { spec: { replicas: from }, status: { selector } }, version)
  }
  t.match(scaled(3, 4), { warnings: [/^3 → 4 shards moves about 25 % of the keys, all to the new shard,/] })
  t.match(scaled(4, 3), {
    warnings: [/^4 → 3 shards .*what is stored there is lost$/, 'old values may come back'],
  })
  t.match(scaled(1, 3), {
    warnings: [
      '1 → 3 shards',
      /another of its copies: .* without the annotation mcrouter\.example\.com\/consent/,
    ],
  })
  t.same(scaled(3, 3), { accepted: true, warnings: [] })
  t.match(scaled(3, 0), {
    violations: [{ message: '0: a pool has from 1 to 1000 shards; to have none, delete' }],
  })
  t.same(scaled(4, 3, V1ALPHA3), scaled(4, 3), 'whichever version is asked')
  for (const version of [V1ALPHA3, V1BETA1]) {
    t.match(scaled(3, 501, version), {
      violations: [{ message: '501: a pool of 2 copies has from 1 to 500 shards' }],
    })
    t.match(scaled(3, 500, version), { accepted: true })
    t.match(scaled(700, 600, version), { accepted: true }, 'whose selector is of what was before')
  }
})

t.test('of any other pool a scale means servers in both versions, each in its words', async (t) => {
  const scaled = (from: number, to: number) =>
    judgeScale({ spec: { replicas: to } }, { spec: { replicas: from } }, V1BETA1)
  t.match(scaled(3, 4), { warnings: [/^3 → 4 servers moves about 25 %/] })
  t.match(scaled(2, 1), {
    warnings: [
      '2 → 1 servers',
      /^if memcached\.replicasOf is Shards, /,
      /^one server: if memcached\.replicasOf is Copies, /,
    ],
  })
  t.match(judgeScale({ spec: {} }, undefined, V1BETA1), {
    violations: [{ message: '0: a pool has from 1 to 1000 memcached servers; to have none, delete' }],
  })
})

t.test('kubectl scale and autoscalers hear the same', async (t) => {
  const scaled = (from: number, to: number) =>
    judgeScale({ spec: { replicas: to } }, { spec: { replicas: from } }, V1ALPHA3)
  t.match(scaled(3, 4), { accepted: true, warnings: ['3 → 4 servers moves about 25 %'] })
  t.same(scaled(3, 3), { accepted: true, warnings: [] })
  t.match(scaled(4, 3), {
    warnings: [
      'a sharded pool loses what is stored there, a replicated one what incr, decr or cas changed there',
      'if pool_setup is sharded',
    ],
  })
  t.match(scaled(2, 1), { warnings: ['2 → 1 servers', 'old values may come back', 'no second copy'] })
  t.match(judgeScale({ spec: {} }), {
    accepted: false,
    violations: [{ path: 'spec.replicas', message: '0: a pool has from 1 to 1000' }],
  })
  t.match(judgeScale({ spec: { replicas: 1001 } }), { accepted: false })
  t.match(judgeScale({}), { accepted: false })
})
