import assert from 'node:assert/strict'
import t from 'tap'
import { configFor } from '../../routing/config.ts'
import type { Prefix } from '../../schemas/mcrouter.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'
import { meaningOf } from './meaning.ts'

/** Names that are easy to take for something else. */
const POOLS = [
  { name: 'users', shards: 2, copies: 2 },
  { name: 'users-0', shards: 1, copies: 3 },
  { name: '0', shards: 2, copies: 1 },
] as const

function configWith(prefixes: readonly Prefix[], absent: readonly string[] = []) {
  const mcrouter = mcrouterWith({ memcached: { shards: 1, copies: 2 }, pools: POOLS, prefixes })
  const servers = mcrouter.pools.map(({ name, shards, copies }) =>
    absent.includes(name)
      ? []
      : Array.from({ length: shards * copies }, (_, ordinal) => `${name}-${ordinal}:1`),
  )
  return configFor(mcrouter, servers)
}

t.test('each prefix has the route that its pool has when it is the only one', async (t) => {
  const prefixes = POOLS.map(({ name }) => ({ prefix: `${name}:`, pool: name }))
  const together = meaningOf(configWith(prefixes))
  for (const { name, shards, copies } of POOLS) {
    const alone = mcrouterWith({ memcached: { shards, copies } })
    const servers = Array.from({ length: shards * copies }, (_, ordinal) => `${name}-${ordinal}:1`)
    t.strictSame(together[`${name}:`], meaningOf(configFor(alone, [servers]))[''], name)
  }
  t.strictSame(together[''], meaningOf(configWith([]))[''], 'and the first pool has the keys of none')
})

t.test('a handle has one name, which comes after those that it refers to', async (t) => {
  const { pools, named_handles } = configWith(POOLS.map(({ name }) => ({ prefix: `${name}:`, pool: name })))
  const known = new Set<string>()
  for (const { name, ...handle } of named_handles) {
    for (const referred of references(handle)) {
      const [, pool] = /\|(memcached.*)$/.exec(referred) ?? []
      t.ok(pool === undefined ? known.has(referred) : pool in pools, `${name} → ${referred}`)
    }
    t.notOk(known.has(name), `${name}: the first of two would win`)
    known.add(name)
  }
})

t.test('several prefixes lead to one pool, and one of them to the first', async (t) => {
  const config = configWith([
    { prefix: 'a:', pool: 'users' },
    { prefix: 'b:', pool: 'users' },
    { prefix: 'a:old:', pool: 'main' },
  ])
  const meaning = meaningOf(config)
  t.strictSame(meaning['a:'], meaning['b:'])
  t.strictSame(meaning['a:old:'], meaning[''])
  t.equal(config.named_handles.filter(({ type }) => type === 'OperationSelectorRoute').length, 2)
})

t.test('until its servers are there, the keys of a prefix are where those of none are', async (t) => {
  const prefixes = [{ prefix: 'user:', pool: 'users' }]
  t.strictSame(configWith(prefixes, ['users']), configWith([], ['users']))
})

t.test('a prefix is read as it is written, whatever it means in a configuration', async (t) => {
  const prefixes = ['50%', '@home', 'a\\b', 'type', 'vars', '__proto__'].map((prefix) => ({
    prefix,
    pool: '0',
  }))
  const config = configWith(prefixes)
  assert('route' in config && config.route.type === 'PrefixSelectorRoute')
  const written = Object.keys(config.route.policies)
  t.strictSame(written, ['50\\%', '\\@home', 'a\\\\b', '\\type', '\\vars', '__proto__'])
})

/** Names of other handles, and short forms that name a pool. */
function references({
  type: _,
  salt: __,
  ...handle
}: object & { readonly type: string; readonly salt?: string }) {
  return textsIn(handle).filter((text) => !/^(ErrorRoute\||NullRoute$)/.test(text))
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}
