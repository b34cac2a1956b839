import { quote } from '../../text/quote.ts'
import type { ApiVersion } from '../api-version.ts'
import { isFloating, RELEASE_37_IMAGE, takeApart } from '../formats/image.ts'
import { ALWAYS_STORED, defaultItemSize, itemBytes } from '../formats/item-size.ts'
import { ampleMemory } from '../formats/memcached-memory.ts'
import { amountOf, mebibytes } from '../formats/quantity.ts'
import { type Inherited, isSameInheritance, LONGEST_INHERITED, MOST_INHERITED } from '../inheritance.ts'
import { isZoned, serversIn } from '../layout.ts'
import type { Mcrouter, Pool, Topology } from '../mcrouter.ts'
import { isIssued } from '../tls.ts'
import { TOPOLOGIES } from '../topologies.ts'
import { hasOwnConfig, ownConfigWarning } from './own-config-changes.ts'
import { goneWarnings, rehomedWarnings } from './rehomed.ts'
import { MAY_COME_BACK, resizeWarning } from './resize-warning.ts'
import { routerNumberWarnings } from './router-number-warnings.ts'
import { tlsWarnings } from './tls-warnings.ts'
import type { Warning } from './violation.ts'

/**
 * What is legal but may be regretted, in a valid Mcrouter and in the change to it.
 * @param version the one that it is written in
 * @param before as it was before the update, when that was valid
 */
export function warningsAbout(now: Mcrouter, version: ApiVersion, before?: Mcrouter): Warning[] {
  return [
    ...imageWarnings(now, version),
    ...availabilityWarnings(now, version),
    ...now.pools.map((pool, index) => tightMemory(pool, index, version)),
    ...now.pools.map((pool, index) => largeItems(pool, index, version)),
    omittedWarning(now.inherited),
    ...tlsWarnings(now, version, before),
    ...(now.config === undefined ? [] : version.checkConfig(now.config, now).warnings),
    ...(before === undefined ? [] : changeWarnings(before, now, version)),
    ...(before === undefined ? [] : routerNumberWarnings(before, now, version)),
  ].filter((warning) => typeof warning === 'string')
}

function imageWarnings({ routers, pools }: Mcrouter, { fieldPath }: ApiVersion) {
  return [
    floating(fieldPath('routers.image'), routers.image),
    ...pools.map(({ image }, index) => floating(fieldPath('pool.image', index), image)),
    routers.image === RELEASE_37_IMAGE &&
      routers.release !== '37' &&
      `spec.${fieldPath('routers.release')} is ${routers.release}, but the default image is release 37: it may refuse its configuration`,
  ]
}

function floating(field: string, image: string) {
  if (image === RELEASE_37_IMAGE || !isFloating(takeApart(image))) return undefined
  return `spec.${field} ${quote(image)} can change at any time: pods of one pool may run different versions; pin a tag or digest`
}

function availabilityWarnings({ routers, pools: [main] }: Mcrouter, { fieldPath, format }: ApiVersion) {
  const { autoscaling } = routers
  const { single } = TOPOLOGIES[main.topology]
  return [
    (autoscaling?.min ?? routers.replicas) === 1 &&
      `spec.${autoscaling === undefined ? fieldPath('routers.replicas') : `${fieldPath('routers.autoscaling')}.min`} is 1: clients are cut off whenever this router or its node restarts`,
    serversIn(main) === 1 &&
      single !== undefined &&
      `spec.${fieldPath('pool.topology')} is ${format('pool.topology', main.topology)} with one server: ${single}`,
  ]
}

/** Between what memcached cannot live without and what it may come to need. */
function tightMemory(
  { resources, memoryMb, maxConnections, tls }: Pool,
  index: number,
  { fieldPath }: ApiVersion,
) {
  const limit = resources.limits.memory
  const ample = ampleMemory(memoryMb, maxConnections, tls !== undefined)
  // The default, which need not be reckoned with.
  if (limit === `${ample}Mi`) return undefined
  const amount = limit === undefined ? undefined : amountOf(limit)
  if (amount === undefined || amount >= mebibytes(ample)) return undefined
  return `spec.${fieldPath('pool.resources', index)}.limits.memory ${limit} is less than ${ample}Mi: full of values below 1 kB, memcached may be killed`
}

/** The default is what the Ansible operator set; who writes another has values of that size. */
function largeItems({ maxItemSize, memoryMb }: Pool, index: number, { fieldPath, format }: ApiVersion) {
  const bytes = itemBytes(maxItemSize) ?? 0
  if (bytes <= ALWAYS_STORED || bytes === itemBytes(defaultItemSize(memoryMb))) return undefined
  const [size, safe] = [format('pool.maxItemSize', maxItemSize), format('pool.maxItemSize', '1m')]
  return `spec.${fieldPath('pool.maxItemSize', index)} ${size}: a server that is full of smaller values refuses those above ${safe}, with any ${fieldPath('pool.memoryMb', index)}; keep values below that, for instance by compressing them`
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

function changeWarnings(before: Mcrouter, now: Mcrouter, version: ApiVersion) {
  if (hasOwnConfig(before) || hasOwnConfig(now))
    return [
      ...ownConfigWarning(before, now, version),
      ...poolChanges(before, now, version),
      ...goneWarnings(before, now),
    ]
  const [[was], [is]] = [before.pools, now.pools]
  const word = ({ topology }: Pool) => version.format('pool.topology', topology)
  return [
    was.topology !== is.topology &&
      isZoned(was) === isZoned(is) &&
      `spec.${version.fieldPath('pool.topology')} ${word(was)} → ${word(is)}: ${serversIn(was) === serversIn(is) ? '' : 'of the keys that stay where they are, '}${TOPOLOGIES[is.topology].change}`,
    ...poolChanges(before, now, version),
    ...rehomedWarnings(before, now, version),
  ]
}

function poolChanges(before: Mcrouter, now: Mcrouter, version: ApiVersion) {
  return now.pools.flatMap((pool, index) => {
    const former = before.pools.find(({ name }) => name === pool.name)
    if (former === undefined) return []
    const ofIt = poolWarnings({ ...before, pools: [former] }, { ...now, pools: [pool] }, version, index)
    return index === 0 ? ofIt : ofIt.map((warning) => warning && `pool ${pool.name}: ${warning}`)
  })
}

/** Of one pool, the only one of both. */
function poolWarnings(before: Mcrouter, now: Mcrouter, { fieldPath }: ApiVersion, index: number) {
  const [[was], [is]] = [before.pools, now.pools]
  const topology = resizedAs(was.topology, is.topology, serversIn(is) > serversIn(was))
  const outage =
    was.port !== is.port
      ? 'pool.port'
      : (was.tls === undefined) !== (is.tls === undefined) || isIssued(was) !== isIssued(is)
        ? 'pool.tls'
        : undefined
  if (outage !== undefined) {
    return [
      `spec.${fieldPath(outage, index)} changes: routers reach no server until it has restarted, and requests for its keys fail; the servers restart one by one, and the cache is emptied`,
    ]
  }
  const rezoned = rezonedWarning(was, is, fieldPath('pool.zones', index))
  const [from, to] = isZoned(is) ? [was.shards, is.shards] : [serversIn(was), serversIn(is)]
  const moved =
    hasOwnConfig(before) || hasOwnConfig(now) || rezoned !== undefined
      ? [rezoned]
      : [
          resizeWarning(from, to, topology, isZoned(is) ? 'shard' : 'server'),
          TOPOLOGIES[topology].staleAfterShrink && to < from && `after a shrink, ${MAY_COME_BACK}`,
        ]
  return [
    ...moved,
    restarts(before, now) &&
      'this change restarts the memcached servers one by one; each comes back empty, and nothing is copied back: after the last of them the whole cache is empty, of a replicated pool as well',
  ]
}

/** Copies whose servers become others, since they are to be in another zone or in none. */
function rezonedWarning(was: Pool, is: Pool, field: string) {
  const isOther =
    isZoned(was) !== isZoned(is) ||
    is.zones.some((zone, place) => place < was.zones.length && zone !== was.zones[place])
  return isOther
    ? `spec.${field} ${zonesText(was)} → ${zonesText(is)}: the copies that move have other servers, which start empty, and other routers`
    : undefined
}

function zonesText({ zones }: Pool): string {
  return zones.length === 0 ? 'none' : quote(zones.join(', '))
}

/** Of which topology a pool is resized: what it was says where its values are, what it is whether they are found there. */
function resizedAs(before: Topology, now: Topology, grows: boolean): Topology {
  return grows && !TOPOLOGIES[now].readsPastMisses ? now : before
}

function restarts(before: Mcrouter, now: Mcrouter): boolean {
  return template(before) !== template(now)
}

/** All that the memcached pods are made from; of an item size its bytes, since another word for as many restarts nothing. */
function template({
  pools: [{ image, port, memoryMb, maxItemSize, maxConnections, threads, tls, args, resources, pod }],
  inherited,
}: Mcrouter): string {
  const { labels, annotations } = inherited
  return JSON.stringify([
    [image, port, memoryMb, itemBytes(maxItemSize), maxConnections, threads, tls, args, resources, pod],
    labels,
    annotations,
  ])
}
