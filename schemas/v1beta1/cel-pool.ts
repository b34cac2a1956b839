import { BUSY_CONNECTION, FIXED, TLS_CONNECTION } from '../formats/memcached-memory.ts'
import { BINARY_SIZE } from '../formats/patterns.ts'
import type { CelRule } from '../generate/structural.ts'
import { POOL_SIZE } from '../pool-size.ts'
import { OWN_FILES } from '../validation/rules/connections.ts'
import { MOST_ASKED, MOST_COPIES } from '../validation/rules/servers.ts'
import {
  type CelLayout,
  completeOf,
  hasOneCopy,
  isInStep,
  layoutOfFurther,
  layoutOfMain,
} from './cel-layout.ts'
import { DEFAULT_REPLICAS } from './router-number.ts'

const LIMIT = 'self.pod.resources.limits.memory'
const MEBIBYTES = `${bytesOf('self.memory')} / 1048576`
const LEAST = `${MEBIBYTES} + (${MEBIBYTES} + 63) / 64 + ${FIXED} + (self.maxConnections * (has(self.tls) ? ${BUSY_CONNECTION + TLS_CONNECTION} : ${BUSY_CONNECTION}) + 1023) / 1024`

/**
 * Of the pool at a node of the schema.
 * @param layout of `self`
 */
export function poolRules(at: string, layout: CelLayout): CelRule[] {
  const { shards, copies } = layout
  return [
    {
      at,
      rule: `self.external.size() > 0 || ${shards} * ${copies} <= ${POOL_SIZE.maximum}`,
      message: `shards × copies must be at most ${POOL_SIZE.maximum}`,
      fieldPath: '.copies',
    },
    {
      at: `${at}.memory`,
      rule: `${isNoSize('self')} || (${bytesOf('self')} % 1048576 == 0 && ${bytesOf('self')} >= 16777216 && ${bytesOf('self')} <= 1099511627776)`,
      message: 'must be a whole number of Mi, from 16Mi to 1Ti',
    },
    {
      at: `${at}.maxItemSize`,
      rule: `${isNoSize('self')} || (${bytesOf('self')} % 524288 == 0 && ${bytesOf('self')} <= 1073741824)`,
      message: 'must be a multiple of 512Ki, at most 1Gi',
    },
    {
      at,
      rule: `${isNoSize('self.maxItemSize')} || ${isNoSize('self.memory')} || ${bytesOf('self.maxItemSize')} * 2 <= ${bytesOf('self.memory')}`,
      message: 'must be at most half of memory',
      fieldPath: '.maxItemSize',
    },
    {
      at,
      // In whole bytes: text made of numbers has no bound that the API server could estimate a cost from.
      rule: [
        `!has(self.pod) || !has(self.pod.resources) || !has(self.pod.resources.limits) || !has(${LIMIT})`,
        `${isNoSize('self.memory')} || !isQuantity(string(${LIMIT})) || !quantity(string(${LIMIT})).isInteger()`,
        `quantity(string(${LIMIT})).asInteger() >= (${LEAST}) * 1048576`,
      ].join(' || '),
      message: `must be at least memory and 1/64 of it, ${FIXED}Mi, and ${BUSY_CONNECTION}Ki (${BUSY_CONNECTION + TLS_CONNECTION}Ki with tls) for each of maxConnections`,
      fieldPath: '.pod.resources.limits.memory',
    },
    {
      at,
      rule: `self.onMiss != 'AskCopies' || ${copies} <= ${MOST_ASKED} || self.external.size() > 0`,
      message: `must be at most ${MOST_ASKED} where onMiss is AskCopies`,
      fieldPath: '.copies',
    },
    ...['gutter', 'warmUp'].map((name) => ({
      at,
      rule: `!has(self.${name}) || ${hasOneCopy('self', layout)}`,
      message: `must be 1 with ${name}`,
      fieldPath: '.copies',
    })),
  ]
}

const [COMPLETE, BEFORE] = [completeOf('self'), completeOf('oldSelf')]
const IS_SAME_LAYOUT = [
  `${COMPLETE.shards} == ${BEFORE.shards} && ${COMPLETE.copies} == ${BEFORE.copies}`,
  'has(self.replicasOf) == has(oldSelf.replicasOf)',
  '(!has(self.replicasOf) || self.replicasOf == oldSelf.replicasOf)',
].join(' && ')

/** Of the counts that the main pool alone has. */
export const replicasRules: CelRule[] = [
  {
    at: 'spec.memcached',
    rule: `${COMPLETE.shards} == 1 || !has(self.replicasOf) || self.replicasOf == 'Shards'`,
    message: 'must be Shards, or left out, with more than one shard',
    fieldPath: '.replicasOf',
  },
  {
    at: 'spec.memcached',
    rule: 'self.external.size() == 0 || !has(self.replicas)',
    message: 'must be left out with external: servers that others run are not scaled',
    fieldPath: '.replicas',
  },
  {
    // What passes the webhook is in step. Of a write that does not, replicas that it left alone would undo the change.
    at: 'spec.memcached',
    rule: `!has(self.replicas) || self.external.size() > 0 || (${IS_SAME_LAYOUT}) || ${isInStep('self', 'oldSelf')}`,
    message:
      'must follow shards and copies, which no webhook of the operator saw to: set it to what it counts, or to null',
    fieldPath: '.replicas',
  },
]

const MAIN = layoutOfMain('self.memcached')
const FURTHER = layoutOfFurther('pool')

/** Of all pools together. A scale changes one of them alone, and nobody else sees the others then. */
export const serversRules: CelRule[] = [
  {
    at: 'spec',
    rule: `${serversOf('self.memcached', MAIN)} + self.pools.map(pool, ${serversOf('pool', FURTHER)}).sum() <= ${POOL_SIZE.maximum}`,
    message: `all pools together have at most ${POOL_SIZE.maximum} servers, those of gutters and of others included`,
    fieldPath: '.memcached.shards',
  },
  {
    at: 'spec',
    rule: `self.pools.size() == 0 || ${severalCopies('self.memcached', MAIN)} + self.pools.map(pool, ${severalCopies('pool', FURTHER)}).sum() <= ${MOST_COPIES}`,
    message: `pools with several copies have at most ${MOST_COPIES} copies together where there is more than one pool`,
    fieldPath: '.memcached.copies',
  },
]

/** With the one that is made for its gutter. */
function serversOf(pool: string, { shards, copies }: CelLayout): string {
  const own = `(${pool}.external.size() > 0 ? ${pool}.external.size() : ${shards} * ${copies})`
  return `(${own} + (has(${pool}.gutter) && !has(${pool}.gutter.pool) ? 1 : 0))`
}

function severalCopies(pool: string, layout: CelLayout): string {
  return `(${hasOneCopy(pool, layout)} ? 0 : ${layout.copies})`
}

const MOST_ROUTERS = `(has(self.router.autoscaling) ? self.router.autoscaling.max : has(self.router.replicas) ? self.router.replicas : ${DEFAULT_REPLICAS} * ([1, self.memcached.zones.size()] + self.pools.map(pool, pool.zones.size())).max())`

/** Of each pool beside what the routers ask for. */
export const connectionsRules: CelRule[] = [
  {
    at: 'spec',
    rule: connections('self.memcached'),
    message: `must be at least ${OWN_FILES} and twice router.replicas or router.autoscaling.max`,
    fieldPath: '.memcached.maxConnections',
  },
  {
    at: 'spec',
    rule: `self.pools.all(pool, ${connections('pool')})`,
    message: `maxConnections of each must be at least ${OWN_FILES} and twice router.replicas or router.autoscaling.max`,
    fieldPath: '.pools',
  },
]

function connections(pool: string): string {
  return `(${pool}.external.size() > 0 && (!has(${pool}.gutter) || has(${pool}.gutter.pool))) || ${pool}.maxConnections >= ${OWN_FILES} + 2 * ${MOST_ROUTERS}`
}

function isNoSize(size: string): string {
  return `!${size}.matches('${BINARY_SIZE}') || !isQuantity(${size})`
}

function bytesOf(size: string): string {
  return `quantity(${size}).asInteger()`
}
