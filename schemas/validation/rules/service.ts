import { quote } from '../../../text/quote.ts'
import { invalid, type Rule } from './rule.ts'

/** As Kubernetes validates a Service (pkg/apis/core/validation/validation.go: ValidateService). */
export const serviceRule: Rule = {
  needs: 'routers.service',
  reads: ['routers.service'],
  violations: ({ routers: { service } }, { version: { fieldPath } }) => {
    const { type, loadBalancerClass, externalTrafficPolicy } = service
    const path = fieldPath('routers.service')
    return [
      ...(loadBalancerClass !== undefined && type !== 'LoadBalancer'
        ? [
            invalid(
              `${path}.loadBalancerClass`,
              `${quote(loadBalancerClass)}: must be left out unless type is LoadBalancer`,
            ),
          ]
        : []),
      ...(externalTrafficPolicy !== undefined && type === 'ClusterIP'
        ? [
            invalid(
              `${path}.externalTrafficPolicy`,
              `${quote(externalTrafficPolicy)}: must be left out when type is ClusterIP`,
            ),
          ]
        : []),
    ]
  },
}
