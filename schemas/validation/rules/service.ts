import { quote } from '../../../text/quote.ts'
import { invalid, type Rule } from './rule.ts'

// As Kubernetes validates a Service (pkg/apis/core/validation/validation.go: ValidateService).

const loadBalancer: Rule = {
  needs: 'routers.service',
  reads: [
    ['routers.service', 'type'],
    ['routers.service', 'loadBalancerClass'],
  ],
  violations: ({ routers: { service } }, { version: { fieldPath } }) => {
    const { type, loadBalancerClass } = service
    if (loadBalancerClass === undefined || type === 'LoadBalancer') return []
    const path = `${fieldPath('routers.service')}.loadBalancerClass`
    return [invalid(path, `${quote(loadBalancerClass)}: must be left out unless type is LoadBalancer`)]
  },
}

const trafficPolicy: Rule = {
  needs: 'routers.service',
  reads: [
    ['routers.service', 'type'],
    ['routers.service', 'externalTrafficPolicy'],
  ],
  violations: ({ routers: { service } }, { version: { fieldPath } }) => {
    const { type, externalTrafficPolicy } = service
    if (externalTrafficPolicy === undefined || type !== 'ClusterIP') return []
    const path = `${fieldPath('routers.service')}.externalTrafficPolicy`
    return [invalid(path, `${quote(externalTrafficPolicy)}: must be left out when type is ClusterIP`)]
  },
}

export const serviceRules: readonly Rule[] = [loadBalancer, trafficPolicy]
