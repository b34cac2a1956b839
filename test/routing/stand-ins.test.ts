import assert from 'node:assert/strict'
import t from 'tap'
import { configFor } from '../../routing/config.ts'
import type { Pool } from '../../schemas/mcrouter.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'
import { destinations, type Meaning, meaningOf } from './meaning.ts'

// Pools that stand in for others: what was tried on the real mcrouter is in golden-routes.test.ts.

const SPARE = [{ name: 'spare', shards: 1, copies: 1 }]

function routes(memcached: Partial<Pool>, spare = ['spare:1']) {
  const mcrouter = mcrouterWith({ memcached: { shards: 1, copies: 1, ...memcached }, pools: SPARE })
  return meaningOf(configFor(mcrouter, [['own:1'], spare]))[''] ?? {}
}

const gutter = { pool: 'spare', ttlSeconds: 60 }
const warmUp = { from: 'spare', ttlSeconds: 3600 }

t.test('a pool that routers may not use yet stands in for none', async (t) => {
  const plain = routes({}, [])
  t.strictSame(routes({ gutter }, []), plain)
  t.strictSame(routes({ warmUp }, []), plain)
  t.notSame(routes({ gutter }), plain)
  t.notSame(routes({ warmUp }), plain)
})

t.test('an add is never won in the gutter, and counters and tokens never start there', async (t) => {
  const by = routes({ gutter })
  for (const operation of ['add', 'cas', 'incr', 'decr'])
    t.strictSame(hosts(by[operation]), ['own:1'], operation)
  t.strictSame(hosts(by.delete), ['own:1', 'spare:1', 'spare:1'], 'what is deleted is in neither')
})

t.test('what the former pool has is neither won again nor left there', async (t) => {
  const by = routes({ warmUp })
  for (const operation of ['add', 'delete']) {
    t.match(by[operation], { type: 'AllSyncRoute' })
    t.strictSame(hosts(by[operation]), ['own:1', 'spare:1'], operation)
  }
  for (const operation of ['set', 'replace', 'append', 'prepend', 'touch']) {
    t.match(by[operation], { type: 'AllInitialRoute', children: [/^own:1/, /^spare:1/] }, operation)
  }
  for (const operation of ['cas', 'incr', 'decr']) t.strictSame(hosts(by[operation]), ['own:1'], operation)
})

t.test('a pool that takes over may have a gutter as well', async (t) => {
  const pools = [...SPARE, { name: 'old', shards: 1, copies: 1 }]
  const both = { gutter, warmUp: { from: 'old', ttlSeconds: 3600 } }
  const mcrouter = mcrouterWith({ memcached: { shards: 1, copies: 1, ...both }, pools })
  const by = meaningOf(configFor(mcrouter, [['own:1'], ['spare:1'], ['old:1']]))[''] ?? {}
  t.strictSame(hosts(by.add), ['old:1', 'own:1'])
  t.strictSame(hosts(by.delete).toSorted(), ['old:1', 'own:1', 'spare:1', 'spare:1'])
  t.strictSame(hosts(by.get), ['own:1', 'spare:1', 'old:1'])
  t.strictSame(hosts(by.incr), ['own:1'])
})

t.test('a read that nobody answers is a miss', async (t) => {
  for (const by of [routes({}), routes({ gutter }), routes({ warmUp })]) {
    for (const operation of ['get', 'gets']) {
      const read = by[operation]
      assert(typeof read === 'object' && read.type === 'FailoverRoute')
      t.match(read.children.at(-1), { type: 'NullRoute' })
    }
  }
})

function hosts(meaning: Meaning = ''): string[] {
  return destinations(meaning).map((name) => name.replace(/ .*/, ''))
}
