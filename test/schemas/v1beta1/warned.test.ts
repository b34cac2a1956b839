import assert from 'node:assert/strict'
import t from 'tap'
import type { JsonObject } from '../../../schemas/json.ts'
import { judge } from '../../../schemas/validation/judge.ts'
import { objectOf } from './judged.ts'
import { BOTH } from './version.ts'

/** Warnings that only this change has. */
function warned(before: JsonObject, now: JsonObject): string[] {
  const stored = objectOf(before)
  const [changed, alone] = [{ stored }, {}].map((options) => {
    const judgement = judge(objectOf(now), { versions: BOTH, ...options })
    assert(judgement.accepted, JSON.stringify(judgement))
    return judgement.warnings
  })
  return (changed ?? []).filter((warning) => !alone?.includes(warning))
}

const USERS = { name: 'users', shards: 2 }
const MORE = { name: 'more', shards: 1 }
const led = (...prefixes: (readonly [prefix: string, pool: string])[]) =>
  prefixes.map(([prefix, pool]) => ({ prefix, pool }))
const BEFORE = { pools: [USERS, MORE], prefixes: led(['user:', 'users']) }

t.test('keys that are looked for in another pool all miss', async (t) => {
  const MISS =
    /^spec\.prefixes: keys that begin with "user:" go from pool users to more, .* each misses .*; warmUp can fetch/
  t.match(warned(BEFORE, { ...BEFORE, prefixes: led(['user:', 'more']) }), [MISS])
  t.match(warned(BEFORE, { ...BEFORE, prefixes: [] }), [/from pool users to main, /])
  t.match(warned({ ...BEFORE, prefixes: [] }, BEFORE), [/"user:" go from pool main to users, /])
  t.match(warned(BEFORE, { ...BEFORE, prefixes: led(['user:', 'users'], ['user:1', 'more']) }), [
    /^spec\.prefixes: keys that begin with "user:1" go from pool users to more, /,
  ])
})

t.test(
  'what leaves them where they are, or fetches them from there, is nothing to be warned of',
  async (t) => {
    t.same(warned(BEFORE, { ...BEFORE, prefixes: led(['user:1', 'users'], ['user:', 'users']) }), [])
    t.same(warned(BEFORE, { ...BEFORE, prefixes: led(['user:', 'users'], ['main:', 'main']) }), [])
    const warm = [USERS, { ...MORE, warmUp: { from: 'users' } }]
    t.same(warned(BEFORE, { pools: warm, prefixes: led(['user:', 'more']) }), [])
  },
)

t.test('a pool that is removed takes what it holds with it', async (t) => {
  t.match(warned(BEFORE, { pools: [MORE] }), [
    /^spec\.prefixes: keys that begin with "user:" go from pool users to main, .* until it is written again$/,
    'pool users is removed: its servers, 2, are deleted with everything that they hold',
  ])
  t.match(warned({ pools: [USERS] }, {}), [/^pool users is removed: /])
  const external = [{ host: 'c1.x' }]
  t.same(warned({ pools: [{ name: 'old', external }], memcached: { warmUp: { from: 'old' } } }, {}), [])
  t.same(warned({ memcached: { gutter: {} } }, {}), [])
})

t.test('what restarts servers empties the cache, and takes no consent', async (t) => {
  const RESTARTS = /restarts the memcached servers one by one.* the whole cache is empty/
  for (const change of [
    { memory: '2Gi' },
    { maxItemSize: '2Mi' },
    { maxConnections: 2048 },
    { threads: 8 },
    { args: ['-R', '40'] },
    { image: 'memcached:1.6.39' },
    { pod: { labels: { team: 'shop' } } },
  ]) {
    t.match(warned({}, { memcached: change }), [RESTARTS], JSON.stringify(change))
    const pools = [{ ...USERS, ...change }]
    t.match(warned({ pools: [USERS] }, { pools }), [/^pool users: .*the whole cache is empty/])
  }
  t.match(warned({}, { memcached: { port: 11_311 } }), [
    /^spec\.memcached\.port changes: .* requests .* fail/,
  ])
})
