import { quote } from '../../../text/quote.ts'
import { isWithin } from '../../formats/cidr.ts'
import type { IpBlock, LabelSelector, Peer } from '../../mcrouter.ts'
import type { Violation } from '../violation.ts'
import { invalid, type Rule } from './rule.ts'

/** As Kubernetes validates peers (pkg/apis/networking/validation/validation.go: ValidateNetworkPolicyPeer). */
export const accessRule: Rule = {
  needs: 'access',
  reads: ['access'],
  violations: ({ access }, { version: { fieldPath } }) =>
    (access?.from ?? []).flatMap((peer, index) =>
      violationsOf(peer, `${fieldPath('access')}.from[${index}]`),
    ),
}

function violationsOf({ podSelector, namespaceSelector, ipBlock }: Peer, path: string): Violation[] {
  const isOfPods = podSelector !== undefined || namespaceSelector !== undefined
  return [
    ...(isOfPods && ipBlock !== undefined ? [invalid(path, MIXED)] : []),
    ...(isOfPods || ipBlock !== undefined ? [] : [invalid(path, EMPTY)]),
    ...(podSelector === undefined ? [] : ofSelector(podSelector, `${path}.podSelector`)),
    ...(namespaceSelector === undefined ? [] : ofSelector(namespaceSelector, `${path}.namespaceSelector`)),
    ...(ipBlock === undefined ? [] : ofBlock(ipBlock, `${path}.ipBlock`)),
  ]
}

const MIXED = 'must have no podSelector and no namespaceSelector beside ipBlock: make two peers of it'
const EMPTY = 'must have podSelector, namespaceSelector or both, or else ipBlock; podSelector {} is every pod'

/** k8s.io/apimachinery pkg/apis/meta/v1/validation/validation.go: ValidateLabelSelectorRequirement. */
function ofSelector({ matchExpressions = [] }: LabelSelector, path: string): Violation[] {
  return matchExpressions.flatMap(({ operator, values = [] }, index) => {
    const isOfValues = operator === 'In' || operator === 'NotIn'
    if (isOfValues === values.length > 0) return []
    const what = isOfValues ? 'must have at least one value' : 'must be left out'
    return [
      invalid(
        `${path}.matchExpressions[${index}].values`,
        `${quote(values)}: ${what} with operator ${operator}`,
      ),
    ]
  })
}

function ofBlock({ cidr, except = [] }: IpBlock, path: string): Violation[] {
  return except.flatMap((one, index) =>
    isWithin(one, cidr)
      ? []
      : [invalid(`${path}.except[${index}]`, `${quote(one)}: must be a smaller range within ${cidr}`)],
  )
}
