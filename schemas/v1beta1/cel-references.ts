import type { CelRule } from '../generate/structural.ts'
import { MAIN_POOL } from '../mcrouter.ts'
import { hasOneCopy, layoutOfFurther, layoutOfMain } from './cel-layout.ts'

const MAIN_HAS_ONE_COPY = hasOneCopy('self.memcached', layoutOfMain('self.memcached'))
const HAS_ONE_COPY = hasOneCopy('pool', layoutOfFurther('pool'))

/** Of the names by which pools are spoken of. */
export const referenceRules: CelRule[] = [
  {
    at: 'spec.pools[].name',
    rule: `self != '${MAIN_POOL}'`,
    message: `must not be ${MAIN_POOL}, the name of the pool in memcached`,
  },
  {
    at: 'spec',
    rule: `self.prefixes.all(one, one.pool == '${MAIN_POOL}' || self.pools.exists(pool, pool.name == one.pool))`,
    message: `each must name a pool of the spec, or ${MAIN_POOL}`,
    fieldPath: '.prefixes',
  },
  {
    at: 'spec',
    rule: `!has(self.memcached.gutter) || !has(self.memcached.gutter.pool) || self.pools.exists(pool, pool.name == self.memcached.gutter.pool && ${HAS_ONE_COPY})`,
    message: 'must name another pool of the spec, with 1 copy',
    fieldPath: '.memcached.gutter.pool',
  },
  {
    at: 'spec',
    rule: `!has(self.memcached.warmUp) || self.pools.exists(pool, pool.name == self.memcached.warmUp.from && ${HAS_ONE_COPY})`,
    message: 'must name another pool of the spec, with 1 copy',
    fieldPath: '.memcached.warmUp.from',
  },
  {
    at: 'spec',
    rule: `self.pools.all(one, !has(one.gutter) || !has(one.gutter.pool) || self.pools.exists(pool, pool.name == one.gutter.pool && pool.name != one.name && ${HAS_ONE_COPY}))`,
    message: 'the gutter of each must be another pool of the list, with 1 copy',
    fieldPath: '.pools',
  },
  {
    at: 'spec',
    rule: `self.pools.all(one, !has(one.warmUp) || (one.warmUp.from == '${MAIN_POOL}' && ${MAIN_HAS_ONE_COPY}) || self.pools.exists(pool, pool.name == one.warmUp.from && pool.name != one.name && ${HAS_ONE_COPY}))`,
    message: 'each must warm up from another pool, with 1 copy',
    fieldPath: '.pools',
  },
  {
    at: 'spec',
    rule: `!has(self.memcached.gutter) || !has(self.memcached.gutter.pool) || !self.prefixes.exists(one, one.pool == self.memcached.gutter.pool)`,
    message: 'must not be the pool of a prefix',
    fieldPath: '.memcached.gutter.pool',
  },
  {
    at: 'spec',
    rule: 'self.pools.all(pool, !has(pool.gutter) || !has(pool.gutter.pool) || !self.prefixes.exists(one, one.pool == pool.gutter.pool))',
    message: 'no gutter of these may be the pool of a prefix',
    fieldPath: '.pools',
  },
  {
    at: 'spec',
    rule: `!has(self.memcached.warmUp) || !has(self.memcached.gutter) || !has(self.memcached.gutter.pool) || self.memcached.gutter.pool != self.memcached.warmUp.from`,
    message: 'must not be the gutter',
    fieldPath: '.memcached.warmUp.from',
  },
  {
    at: 'spec',
    rule: 'self.pools.all(pool, !has(pool.warmUp) || !has(pool.gutter) || !has(pool.gutter.pool) || pool.gutter.pool != pool.warmUp.from)',
    message: 'none of these may warm up from its gutter',
    fieldPath: '.pools',
  },
  {
    at: 'spec.prefixes[].prefix',
    rule: "!self.startsWith('__mcrouter__.') && !self.contains('|#|') && !self.matches('^/[^/]*/[^/]*/')",
    message: 'must not begin as a command or a routing prefix of mcrouter does, and have no |#|',
  },
  {
    at: 'spec',
    rule: '!has(self.config) || self.prefixes.size() == 0',
    message: 'must be empty beside config, whose routes are all there are',
    fieldPath: '.prefixes',
  },
  {
    at: 'spec',
    rule: `!has(self.config) || (${hasNoRoutes('self.memcached')} && self.pools.all(pool, ${hasNoRoutes('pool')}))`,
    message: 'no pool may have gutter, warmUp, writes or onMiss beside it: its routes are all there are',
    fieldPath: '.config',
  },
]

/** Whether nothing else is said of how requests to a pool are routed. */
function hasNoRoutes(pool: string): string {
  return `!has(${pool}.gutter) && !has(${pool}.warmUp) && ${pool}.writes == 'Available' && ${pool}.onMiss == 'Miss'`
}
