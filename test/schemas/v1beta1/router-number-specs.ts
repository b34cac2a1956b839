import type { JsonObject } from '../../../schemas/json.ts'

/** What is refused of the number of routers, by the API server itself too. */
export const REFUSED_NUMBERS: readonly (readonly [said: string, spec: JsonObject])[] = [
  [
    'spec.router.replicas: Invalid value: must be left out with autoscaling',
    { router: { replicas: 2, autoscaling: { min: 2, max: 4, cpu: 70 } } },
  ],
  [
    'spec.router.replicas: Invalid value: must be left out with placement Node',
    { router: { placement: 'Node', replicas: 2 } },
  ],
  [
    'spec.router.autoscaling: Invalid value: must be left out with placement Node',
    { router: { placement: 'Node', autoscaling: { min: 2, max: 4, cpu: 70 } } },
  ],
  [
    'spec.router.autoscaling.min: Invalid value: must not be more than max',
    { router: { autoscaling: { min: 5, max: 4, cpu: 70 } } },
  ],
  [
    'spec.memcached.maxConnections: Invalid value: must be at least 32 and twice',
    { memcached: { maxConnections: 64 }, router: { autoscaling: { min: 2, max: 50, cpu: 70 } } },
  ],
]
