import type { Test } from 'tap'
import type { JsonObject } from '../../../schemas/json.ts'
import { eventually } from '../../../testing/deadline.ts'
import type { KeySet } from '../agent/keys.ts'
import { get, textAt } from '../support/cluster.ts'
import { failed, figure, percent } from '../support/figures.ts'
import type { Example } from '../support/topologies.ts'
import { othersAreAsTheyWere, stateOfOthers } from './others.ts'
import { KEYS, object, type Stage } from './stage.ts'

/** Of each prefix. */
const TRAFFIC = { keys: 500, clients: 4, pauseMs: 5 }
const OTHER_POOLS = ['page', 'lock:']

/** A pool that grows, shrinks, goes and comes under traffic, while no key of another moves. */
export async function poolsOfPrefixes(t: Test, stage: Stage): Promise<void> {
  const example = stage.the('prefixes')
  const others = OTHER_POOLS.map((prefix) => keySet(example, `${prefix}stays`))
  const users = keySet(example, 'user:moves')
  for (const keys of [...others, users]) await stage.client.fill(keys)
  const pools = itemsOf(example.spec.pools)
  const { prefixes } = example.spec
  const isUsers = (item: unknown) => [textAt(item, 'name'), textAt(item, 'pool')].includes('users')
  const change = async (what: string, spec: JsonObject, leaves: boolean) => {
    const lost = await lostDuring(stage, example, [...OTHER_POOLS, 'user:'], spec)
    for (const [prefix, count] of lost) {
      // In flight to a server that leaves the configuration: one of each client at most.
      const most = prefix === 'user:' && leaves ? TRAFFIC.clients : 0
      t.ok(count <= most, `${what}: ${count} of ${prefix} failed`)
    }
    for (const keys of others)
      t.strictSame((await stage.client.audit(keys)).counts, { hit: KEYS }, `${what}: ${keys.prefix}`)
  }
  for (const shards of [3, 2]) {
    const resized = pools.map((pool) => (isUsers(pool) ? { ...object(pool), shards } : pool))
    await change(`users to ${shards} shards`, { pools: resized }, shards === 2)
    const { missed } = await stage.client.audit(users)
    if (shards === 3) figure(t, 'keys of a pool missed after 2 to 3 shards', percent(missed.length, KEYS))
    t.ok(missed.length < KEYS / 2, `${missed.length} of the pool's own keys are missed`)
  }
  const without = (list: unknown) => itemsOf(list).filter((item) => !isUsers(item))
  await change('users removed', { pools: without(pools), prefixes: without(prefixes) }, true)
  t.strictSame((await stage.client.audit(users)).counts, { miss: KEYS }, 'main does not have its keys')
  await gone(stage, example, 'users')
  const named = (list: unknown, more: JsonObject) => [...without(list), more]
  const carts = pools.filter(isUsers).map((pool) => ({ ...object(pool), name: 'carts' }))
  await change(
    'carts added',
    {
      pools: [...without(pools), ...carts],
      prefixes: named(prefixes, { prefix: 'cart:', pool: 'carts' }),
    },
    false,
  )
  const own = keySet(example, 'cart:new')
  t.strictSame(await stage.client.fill(own), { stored: KEYS })
  const audits = await Promise.all(
    example.servers('carts').map((target) => stage.client.audit({ ...own, target })),
  )
  const hits = audits.map(({ counts }) => counts.hit ?? 0)
  t.equal(
    hits.reduce((sum, count) => sum + count, 0),
    KEYS,
    'all are on its servers',
  )
  t.ok(hits.length === 2 && hits.every((count) => count > 0))
}

/** The end of a warm-up: what was copied stays, and the servers of others do. */
export async function oldPoolRemoved(t: Test, stage: Stage): Promise<void> {
  const example = stage.the('warm-up')
  const others = await stateOfOthers(stage.namespace)
  const keys = keySet(example, 'moved')
  await stage.client.fill(keys)
  const { warmUp: _, ...memcached } = object(example.spec.memcached)
  const lost = await lostDuring(stage, example, [''], { memcached, pools: [] })
  for (const count of lost.values()) t.ok(count <= TRAFFIC.clients, `${count} failed`)
  t.strictSame((await stage.client.audit(keys)).counts, { hit: KEYS })
  await othersAreAsTheyWere(t, stage.namespace, others)
}

export async function gutterRemoved(t: Test, stage: Stage): Promise<void> {
  const example = stage.the('gutter')
  const keys = keySet(example, 'kept')
  await stage.client.fill(keys)
  const { gutter: _, ...memcached } = object(example.spec.memcached)
  const lost = await lostDuring(stage, example, [''], { memcached, pools: [] })
  for (const count of lost.values()) t.equal(count, 0, 'no request failed')
  t.strictSame((await stage.client.audit(keys)).counts, { hit: KEYS })
  await gone(stage, example, 'spare')
}

/** How many requests of each prefix failed while a change was carried out. */
async function lostDuring(
  { client }: Stage,
  example: Example,
  prefixes: readonly string[],
  spec: JsonObject,
): Promise<ReadonlyMap<string, number>> {
  const { target } = example
  const name = (prefix: string) => `${example.mcrouter.name}/${prefix}`
  await Promise.all(
    prefixes.map((prefix) => client.start(name(prefix), { target, ...TRAFFIC, prefix: `${prefix}traffic` })),
  )
  await example.apply(spec)
  await example.mcrouter.carriedOut()
  const lost = prefixes.map(async (prefix) => [prefix, failed(await client.stop(name(prefix)))] as const)
  return new Map(await Promise.all(lost))
}

async function gone({ namespace }: Stage, { mcrouter }: Example, pool: string): Promise<void> {
  const statefulSet = ['-n', namespace, 'statefulset', `${mcrouter.name}-memcached-${pool}`]
  await eventually('its servers are gone', async () => (await get(statefulSet)) === undefined)
}

function keySet({ target }: Example, prefix: string): KeySet {
  return { target, prefix, count: KEYS }
}

function itemsOf(list: unknown): unknown[] {
  return Array.isArray(list) ? list : []
}
