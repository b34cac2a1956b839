import { fifoRootRule } from '../cel/fifo-root.ts'
import { nameRule } from '../cel/name.ts'
import { resourcesRules } from '../cel/resources.ts'
import { labelKeysRule, tolerationRules } from '../cel/scheduling.ts'
import { unwritableRule } from '../cel/unwritable.ts'
import type { CelRule } from '../generate/structural.ts'
import { accessRules } from './cel-access.ts'
import { layoutOfFurther, layoutOfMain } from './cel-layout.ts'
import { connectionsRules, poolRules, replicasRules, serversRules } from './cel-pool.ts'
import { referenceRules } from './cel-references.ts'
import { tlsRules } from './cel-tls.ts'
import { zonedRules, zonesRules } from './cel-zones.ts'

// What spans fields, for the API server itself: an object is held to it also while the webhook is away. The validators
// say the same and more (validation/rules), with better words; they are asked first. Each rule holds where a field is not
// sound yet, since that is said by its schema already.

const POOLS = ['spec.memcached', 'spec.pools[]']

/** Every rule of this version; the cost of each is bounded by the sizes in the schema. */
export function celRules(): CelRule[] {
  return [
    nameRule,
    unwritableRule('router.release', 'router.image'),
    ...poolRules('spec.memcached', layoutOfMain('self')),
    ...zonesRules('spec.memcached', layoutOfMain('self')),
    ...poolRules('spec.pools[]', layoutOfFurther('self')),
    ...zonesRules('spec.pools[]', layoutOfFurther('self')),
    ...zonedRules,
    ...replicasRules,
    ...serversRules,
    ...connectionsRules,
    ...referenceRules,
    fifoRootRule('spec.router.debugFifoRoot'),
    ...routerRules,
    ...serviceRules,
    ...accessRules,
    ...tlsRules,
    ...[...POOLS, 'spec.router'].flatMap((tier) => podRules(`${tier}.pod`)),
  ]
}

function podRules(at: string): CelRule[] {
  return [
    ...resourcesRules(`${at}.resources`),
    ...tolerationRules(`${at}.tolerations`),
    ...['nodeSelector', 'labels', 'annotations'].map((name) => labelKeysRule(`${at}.${name}`)),
    {
      at: `${at}.topologySpreadConstraints[]`,
      rule: "!has(self.minDomains) || self.whenUnsatisfiable == 'DoNotSchedule'",
      message: 'whenUnsatisfiable must be DoNotSchedule when minDomains is set',
    },
  ]
}

const routerRules: CelRule[] = [
  ...['replicas', 'autoscaling'].map((name) => ({
    at: 'spec.router',
    rule: `self.placement != 'Node' || !has(self.${name})`,
    message: 'must be left out with placement Node, which has one router on each node',
    fieldPath: `.${name}`,
  })),
  {
    at: 'spec.router',
    rule: '!has(self.autoscaling) || !has(self.replicas)',
    message: 'must be left out with autoscaling, which says how many routers there are',
    fieldPath: '.replicas',
  },
  {
    at: 'spec.router',
    rule: '!has(self.autoscaling) || self.autoscaling.min <= self.autoscaling.max',
    message: 'must not be more than max',
    fieldPath: '.autoscaling.min',
  },
]

const serviceRules: CelRule[] = [
  {
    at: 'spec.router.service',
    rule: "!has(self.loadBalancerClass) || self.type == 'LoadBalancer'",
    message: 'must be left out unless type is LoadBalancer',
    fieldPath: '.loadBalancerClass',
  },
  {
    at: 'spec.router.service',
    rule: "!has(self.externalTrafficPolicy) || self.type != 'ClusterIP'",
    message: 'must be left out when type is ClusterIP',
    fieldPath: '.externalTrafficPolicy',
  },
  ...['annotations', 'labels'].map((name) => labelKeysRule(`spec.router.service.${name}`)),
]
