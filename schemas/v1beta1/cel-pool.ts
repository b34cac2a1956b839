import { BUSY_CONNECTION, FIXED } from '../formats/memcached-memory.ts'
import { BINARY_SIZE } from '../formats/patterns.ts'
import type { CelRule } from '../generate/structural.ts'
import { POOL_SIZE } from '../pool-size.ts'
import { OWN_FILES } from '../validation/rules/connections.ts'
import { MOST_ASKED } from '../validation/rules/servers.ts'

const LIMIT = 'self.pod.resources.limits.memory'
const MEBIBYTES = `${bytesOf('self.memory')} / 1048576`
const LEAST = `${MEBIBYTES} + (${MEBIBYTES} + 63) / 64 + ${FIXED} + (self.maxConnections * ${BUSY_CONNECTION} + 1023) / 1024`

/** Of the pool at a node of the schema. */
export function poolRules(at: string): CelRule[] {
  return [
    {
      at,
      rule: `self.external.size() > 0 || self.shards * self.copies <= ${POOL_SIZE.maximum}`,
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
      message: `must be at least memory and 1/64 of it, ${FIXED}Mi, and ${BUSY_CONNECTION}Ki for each of maxConnections`,
      fieldPath: '.pod.resources.limits.memory',
    },
    {
      at,
      rule: `self.onMiss != 'AskCopies' || self.copies <= ${MOST_ASKED} || self.external.size() > 0`,
      message: `must be at most ${MOST_ASKED} where onMiss is AskCopies`,
      fieldPath: '.copies',
    },
    ...['gutter', 'warmUp'].map((name) => ({
      at,
      rule: `!has(self.${name}) || ${hasOneCopy('self')}`,
      message: `must be 1 with ${name}`,
      fieldPath: '.copies',
    })),
  ]
}

/** Of all pools together. A scale changes one of them alone, and nobody else sees the others then. */
export const serversRules: CelRule[] = [
  {
    at: 'spec',
    rule: `${serversOf('self.memcached')} + self.pools.map(pool, ${serversOf('pool')}).sum() <= ${POOL_SIZE.maximum}`,
    message: `all pools together have at most ${POOL_SIZE.maximum} servers, those of gutters and of others included`,
    fieldPath: '.memcached.shards',
  },
]

/** With the one that is made for its gutter. */
function serversOf(pool: string): string {
  const own = `(${pool}.external.size() > 0 ? ${pool}.external.size() : ${pool}.shards * ${pool}.copies)`
  return `(${own} + (has(${pool}.gutter) && !has(${pool}.gutter.pool) ? 1 : 0))`
}

/** Of each pool beside what the routers ask for. */
export const connectionsRules: CelRule[] = [
  {
    at: 'spec',
    rule: connections('self.memcached'),
    message: `must be at least ${OWN_FILES} and twice router.replicas`,
    fieldPath: '.memcached.maxConnections',
  },
  {
    at: 'spec',
    rule: `self.pools.all(pool, ${connections('pool')})`,
    message: `maxConnections of each must be at least ${OWN_FILES} and twice router.replicas`,
    fieldPath: '.pools',
  },
]

function connections(pool: string): string {
  return `(${pool}.external.size() > 0 && (!has(${pool}.gutter) || has(${pool}.gutter.pool))) || ${pool}.maxConnections >= ${OWN_FILES} + 2 * self.router.replicas`
}

/** What is said of copies beside servers of others is of no account. */
export function hasOneCopy(pool: string): string {
  return `(${pool}.copies == 1 || ${pool}.external.size() > 0)`
}

function isNoSize(size: string): string {
  return `!${size}.matches('${BINARY_SIZE}') || !isQuantity(${size})`
}

function bytesOf(size: string): string {
  return `quantity(${size}).asInteger()`
}
