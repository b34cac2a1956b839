import { quote } from '../../text/quote.ts'
import { isFloating, takeApart } from '../formats/image.ts'
import { ALWAYS_STORED, defaultItemSize, itemBytes } from '../formats/item-size.ts'
import { ampleMemory } from '../formats/memcached-memory.ts'
import { amountOf, mebibytes } from '../formats/quantity.ts'
import { type Inherited, isSameInheritance, LONGEST_INHERITED, MOST_INHERITED } from '../inheritance.ts'
import type { Mcrouter, Pool } from '../mcrouter.ts'
import { TOPOLOGIES } from '../topologies.ts'
import { ALIASES } from '../v1alpha3/aliases.ts'
import { DEFAULT_ROUTER_IMAGE } from '../v1alpha3/spec.ts'
import { MAY_COME_BACK, resizeWarning } from './resize-warning.ts'
import type { Warning } from './violation.ts'

const CURRENT: ReadonlyMap<string, string> = new Map(Object.entries(ALIASES))

/**
 * What is legal but may be regretted, in a valid Mcrouter and in the change to it.
 * @param aliases deprecated spellings that were used
 * @param before as it was before the update, when that was valid
 */
export function warningsAbout(now: Mcrouter, aliases: readonly string[], before?: Mcrouter): Warning[] {
  const [pool] = now.pools
  return [
    aliases.length > 0 &&
      `deprecated spelling: ${aliases.join(', ')}; write ${aliases.map((alias) => CURRENT.get(alias) ?? alias).join(', ')}`,
    ...imageWarnings(now),
    ...availabilityWarnings(now),
    tightMemory(pool),
    largeItems(pool),
    omittedWarning(now.inherited),
    ...(before === undefined ? [] : changeWarnings(before, now)),
  ].filter((warning) => typeof warning === 'string')
}

function imageWarnings({ routers, pools: [pool] }: Mcrouter) {
  return [
    floating('mcrouter_image', routers.image),
    floating('memcached_image', pool.image),
    routers.image === DEFAULT_ROUTER_IMAGE &&
      routers.release !== '37' &&
      `spec.mcrouter_release is ${routers.release}, but the default image is release 37: it may refuse its configuration`,
  ]
}

function floating(field: string, image: string) {
  if (image === DEFAULT_ROUTER_IMAGE || !isFloating(takeApart(image))) return undefined
  return `spec.${field} ${quote(image)} can change at any time: pods of one pool may run different versions; pin a tag or digest`
}

function availabilityWarnings({ topology, routers, pools: [pool] }: Mcrouter) {
  const { single } = TOPOLOGIES[topology]
  return [
    routers.replicas === 1 &&
      'spec.mcrouter_replicas is 1: clients are cut off whenever this router or its node restarts',
    pool.servers === 1 && single !== undefined && `spec.pool_setup is ${topology} with one server: ${single}`,
  ]
}

/** Between what memcached cannot live without and what it may come to need. */
function tightMemory({ resources, memoryMb, maxConnections }: Pool) {
  const limit = resources.limits.memory
  const ample = ampleMemory(memoryMb, maxConnections)
  // The default, which need not be reckoned with.
  if (limit === `${ample}Mi`) return undefined
  const amount = limit === undefined ? undefined : amountOf(limit)
  if (amount === undefined || amount >= mebibytes(ample)) return undefined
  return `spec.memcached_resources.limits.memory ${limit} is less than ${ample}Mi: full of values below 1 kB, memcached may be killed`
}

/** The default is what the Ansible operator set; who writes another has values of that size. */
function largeItems({ maxItemSize, memoryMb }: Pool) {
  const bytes = itemBytes(maxItemSize) ?? 0
  if (bytes <= ALWAYS_STORED || bytes === itemBytes(defaultItemSize(memoryMb))) return undefined
  return `spec.memcached_max_item_size ${maxItemSize}: a server that is full of smaller values refuses those above 1m, with any memcached_memory_mb; keep values below that, for instance by compressing them`
}

function omittedWarning({ omitted }: Inherited) {
  const [first] = omitted
  if (first === undefined) return undefined
  const others = omitted.length > 1 ? ` and ${omitted.length - 1} more` : ''
  return `metadata: ${quote(first)}${others} not inherited by pods and Services: at most ${MOST_INHERITED} labels and ${MOST_INHERITED} annotations of ${LONGEST_INHERITED} bytes are`
}

/** Of an update that leaves the spec as it is. */
export function inheritanceWarnings(before: Inherited, now: Inherited): Warning[] {
  return isSameInheritance(before, now)
    ? []
    : [
        'labels or annotations that pods inherit change: the routers and the memcached servers restart one by one, each server comes back empty, and after the last of them the whole cache is empty',
      ]
}

function changeWarnings(before: Mcrouter, now: Mcrouter) {
  if (before.topology !== now.topology) {
    return [
      `spec.pool_setup ${before.topology} → ${now.topology}: keys are looked for on other servers; the cache is as good as empty`,
    ]
  }
  const [[was], [is]] = [before.pools, now.pools]
  if (was.port !== is.port) {
    return [
      'spec.memcached_port changes: routers reach no server until it has restarted, and requests for its keys fail; the servers restart one by one, and the cache is emptied',
    ]
  }
  return [
    resizeWarning(was.servers, is.servers, now.topology),
    TOPOLOGIES[now.topology].staleAfterShrink &&
      is.servers < was.servers &&
      `after a shrink, ${MAY_COME_BACK}`,
    restarts(before, now) &&
      'this change restarts the memcached servers one by one; each comes back empty, and nothing is copied back: after the last of them the whole cache is empty, of a replicated pool as well',
  ]
}

function restarts(before: Mcrouter, now: Mcrouter): boolean {
  return template(before) !== template(now)
}

/** All that the memcached pods are made from. */
function template({
  pools: [pool],
  imagePullSecrets,
  nodeSelector,
  tolerations,
  inherited,
}: Mcrouter): string {
  const { labels, annotations } = inherited
  return JSON.stringify([
    { ...pool, servers: 0 },
    imagePullSecrets,
    nodeSelector,
    tolerations,
    labels,
    annotations,
  ])
}
