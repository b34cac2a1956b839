import type { CelRule } from '../generate/structural.ts'
import { ZONE_LABEL } from '../well-known.ts'
import type { CelLayout } from './cel-layout.ts'

// validation/rules/zones.ts says the same, with better words.

/**
 * Of the pool at a node of the schema.
 * @param layout of `self`
 */
export function zonesRules(at: string, { copies }: CelLayout): CelRule[] {
  return [
    {
      at,
      rule: 'self.zones.size() == 0 || self.external.size() == 0',
      message: 'must be left out with external',
      fieldPath: '.zones',
    },
    {
      at,
      rule: `self.zones.size() == 0 || self.external.size() > 0 || (self.zones.size() > 1 && self.zones.size() == ${copies})`,
      message: 'must be as many as copies, and 2 or more',
      fieldPath: '.zones',
    },
    {
      at: `${at}.zones`,
      rule: 'self.all(zone, self.exists_one(other, other == zone))',
      message: 'must be different from each other',
    },
    {
      at,
      rule: `self.zones.size() == 0 || ${hasNoZone('self')}`,
      message: `must have no ${ZONE_LABEL} with zones`,
      fieldPath: '.pod.nodeSelector',
    },
  ]
}

/** Pools that have some have the same. */
const NUMBER = '([0, self.memcached.zones.size()] + self.pools.map(pool, pool.zones.size())).max()'
const SOME = `${NUMBER} > 0`

export const zonedRules: CelRule[] = [
  {
    at: 'spec.memcached',
    rule: "self.zones.size() == 0 || !has(self.replicasOf) || self.replicasOf == 'Shards'",
    message: 'must be Shards, or left out, with zones',
    fieldPath: '.replicasOf',
  },
  {
    at: 'spec',
    rule: [
      'self.memcached.zones.size() == 0',
      'self.pools.all(pool, pool.zones.size() == 0 || pool.zones == self.memcached.zones)',
    ].join(' || '),
    message: 'all pools that have zones must have the same',
    fieldPath: '.memcached.zones',
  },
  {
    at: 'spec.pools',
    rule: 'self.all(pool, pool.zones.size() == 0 || self.all(other, other.zones.size() == 0 || other.zones == pool.zones))',
    message: 'all pools that have zones must have the same',
  },
  {
    at: 'spec',
    rule: `!has(self.config) || !(${SOME})`,
    message: 'must be left out with zones',
    fieldPath: '.config',
  },
  {
    at: 'spec',
    rule: `self.router.placement != 'Node' || !(${SOME})`,
    message: 'must be Deployment with zones',
    fieldPath: '.router.placement',
  },
  {
    at: 'spec',
    rule: `!has(self.router.autoscaling) || !(${SOME})`,
    message: 'must be left out with zones',
    fieldPath: '.router.autoscaling',
  },
  {
    at: 'spec',
    rule: `!has(self.router.replicas) || !(${SOME}) || self.router.replicas >= ${NUMBER}`,
    message: 'must be at least 1 for each zone',
    fieldPath: '.router.replicas',
  },
  {
    at: 'spec',
    rule: `!(${SOME}) || self.router.args.all(arg, !arg.startsWith('--route-prefix'))`,
    message: 'must have no --route-prefix with zones',
    fieldPath: '.router.args',
  },
  {
    at: 'spec',
    rule: `!(${SOME}) || ${hasNoZone('self.router')}`,
    message: `must have no ${ZONE_LABEL} with zones`,
    fieldPath: '.router.pod.nodeSelector',
  },
]

function hasNoZone(tier: string): string {
  return `!has(${tier}.pod) || !has(${tier}.pod.nodeSelector) || !('${ZONE_LABEL}' in ${tier}.pod.nodeSelector)`
}
