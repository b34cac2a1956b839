import t from 'tap'
import { messages, refused, warnings } from './checked-config.ts'

/** The rules of which each is about some types of route handle. */

t.test('rule 11: a hash function is one, also for one server, and has what it needs', async (t) => {
  const one = [{ name: 'main', servers: 1 }]
  const hashed = (hash: unknown) => ({ route: { type: 'PoolRoute', pool: 'main', hash } })
  t.same(refused(hashed('ch3'), { pools: one }), ['route.hash'])
  t.same(refused(hashed('WeightedCh3')), ['route.hash.weights'])
  t.same(refused(hashed({ hash_func: 'WeightedCh3', weights: [1, 0.5] })), ['route.hash.weights'])
  t.same(refused(hashed({ hash_func: 'WeightedCh3', weights: [0, 0, 0] })), ['route.hash.weights'])
  t.same(refused(hashed({ hash_func: 'Ch3', weights: [1, 1, 1] })), ['route.hash.weights'])
  t.same(refused(hashed({ hash_func: 'Rendezvous', tags: ['a', 'b', 'a'] })), ['route.hash.tags[2]'])
  t.same(refused(hashed({ hash_func: 'Rendezvous', tags: ['a', 'b', 'c'] })), [])
  t.match(warnings(hashed('Crc32')).join('\n'), /Crc32 moves nearly all keys/)
})

t.test('a key is split into at most a thousand, as mcrouter has it', async (t) => {
  const split = (replicas: number) => ({
    route: { type: 'KeySplitRoute', destination: 'PoolRoute|main', replicas, all_sync: true },
  })
  t.same(refused(split(1000)), [])
  for (const replicas of [1, 1001, 100_000]) {
    t.same(refused(split(replicas)), ['route.replicas'])
    t.match(messages(split(replicas)), [/must be at least 2 and at most 1000/])
  }
})

t.test('rule 12: a failover has somewhere to go, and its policy is one', async (t) => {
  const failover = (more: object) => ({
    route: { type: 'FailoverRoute', children: ['PoolRoute|main', 'PoolRoute|spare'], ...more },
  })
  t.same(refused(failover({ children: ['PoolRoute|main'] })), ['route.children'])
  t.same(refused(failover({ children: ['PoolRoute|main', 'PoolRoute|main'] })), ['route.children[1]'])
  t.same(refused(failover({ children: 'Pool|main' })), [])
  t.same(refused(failover({ failover_errors: ['tkos'] })), ['route.failover_errors[0]'])
  const policy = (type: string, more: object = {}) => failover({ failover_policy: { type, ...more } })
  t.match(messages(policy('LeastFailurePolicy')), [/did you mean LeastFailuresPolicy\?/])
  t.same(refused(policy('LeastFailuresPolicy')), ['route.failover_policy.max_tries'])
  t.same(refused(policy('LeastFailuresPolicy', { max_tries: 3 })), ['route.failover_policy.max_tries'])
  const foreign = policy('LeastFailuresPolicy', { max_tries: 2, max_error_tries: 1 })
  t.same(refused(foreign), ['route.failover_policy.max_error_tries'])
  const ordered = policy('DeterministicOrderPolicy', { max_tries: 2, max_error_tries: 1 })
  t.same(refused(ordered, { release: '41' }), [])
  t.same(refused(ordered, { release: '40' }), ['route.failover_policy.type'])
  t.same(refused(policy('RendezvousPolicy', { tags: ['a', 'b'] })), ['route.failover_policy.tags'])
})

t.test('rule 13: a gutter has servers, and what it keeps expires', async (t) => {
  const gutter = (more: object) => ({
    route: {
      type: 'FailoverWithExptimeRoute',
      normal: 'PoolRoute|main',
      failover: 'PoolRoute|spare',
      ...more,
    },
  })
  t.same(refused(gutter({})), [])
  t.same(refused(gutter({ failover: [] })), ['route.failover'])
  t.same(refused(gutter({ failover: 'PoolRoute|main' })), ['route.failover'])
  for (const time of [0, -1]) t.same(refused(gutter({ failover_exptime: time })), ['route.failover_exptime'])
  const both = { type: 'AllInitialRoute', children: [gutter({}).route, 'PoolRoute|spare'] }
  const selector = {
    type: 'OperationSelectorRoute',
    default_policy: gutter({}).route,
    operation_policies: { delete: both },
  }
  t.match(warnings(gutter({})).join(), /a delete reaches one side of FailoverWithExptimeRoute alone/)
  t.notMatch(warnings({ route: selector }).join(), /a delete/)
})

t.test('rule 14: what a warm-up copies expires, comes from elsewhere, and needs no metaget', async (t) => {
  const warmUp = (more: object) => ({
    route: { type: 'WarmUpRoute', cold: 'PoolRoute|main', warm: 'PoolRoute|spare', ...more },
  })
  t.same(refused(warmUp({ exptime: 60 })), [])
  t.match(warnings(warmUp({ exptime: 60 })).join(), /a delete reaches one side of WarmUpRoute alone/)
  t.same(refused(warmUp({})), ['route.exptime'])
  t.same(refused(warmUp({ exptime: 0 })), ['route.exptime'])
  t.same(refused(warmUp({ exptime: 60, warm: 'PoolRoute|main' })), ['route.warm'])
  t.same(refused(warmUp({ exptime: 60, enable_metaget: true })), ['route.enable_metaget'])
})

t.test('rule 15: a shadow says which servers and keys, and is another pool', async (t) => {
  const shadowed = (shadow: object) => ({
    route: { type: 'PoolRoute', pool: 'main', shadows: [{ target: 'PoolRoute|spare', ...shadow }] },
  })
  const all = { index_range: [0, 3], key_fraction_range: [0, 1] }
  t.same(refused(shadowed(all)), [])
  t.same(refused(shadowed({})), ['route.shadows[0].index_range', 'route.shadows[0].key_fraction_range'])
  t.same(refused(shadowed({ ...all, target: 'PoolRoute|main' })), ['route.shadows[0].target'])
  for (const range of [
    [0, 4],
    [1, 1],
    [2, 1],
  ]) {
    t.same(refused(shadowed({ ...all, index_range: range })), ['route.shadows[0].index_range'], `${range}`)
  }
  for (const range of [
    [0.5, 0.5],
    [0.5, 0.1],
  ]) {
    t.same(refused(shadowed({ ...all, key_fraction_range: range })), ['route.shadows[0].key_fraction_range'])
  }
  t.same(refused(shadowed({ keys_to_shadow: ['k'] })), [])
  t.same(refused(shadowed({ ...all, keys_to_shadow: ['k'] })).length, 2)
  t.same(refused(shadowed({ ...all, requests_fraction: 0.5 })), [])
  t.same(
    refused(shadowed({ ...all, requests_fraction: 1 })),
    ['route.shadows[0].requests_fraction'],
    'JSON has no 1.0',
  )
})
