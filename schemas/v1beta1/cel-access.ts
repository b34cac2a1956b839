import { labelKeysRule } from '../cel/scheduling.ts'
import type { CelRule } from '../generate/structural.ts'

const PEERS = 'spec.access.from[]'
const SELECTORS = [`${PEERS}.podSelector`, `${PEERS}.namespaceSelector`]

/** Of peers, but for what is in a range of addresses: Kubernetes 1.30 knows none in CEL. */
export const accessRules: CelRule[] = [
  {
    at: PEERS,
    rule: 'has(self.ipBlock) != (has(self.podSelector) || has(self.namespaceSelector))',
    message: 'must have podSelector, namespaceSelector or both, or else ipBlock',
  },
  ...SELECTORS.flatMap((selector): CelRule[] => [
    labelKeysRule(`${selector}.matchLabels`),
    {
      at: `${selector}.matchExpressions[]`,
      rule: "(self.operator in ['In', 'NotIn']) == (has(self.values) && self.values.size() > 0)",
      message: 'must have values with operator In or NotIn, and none with Exists or DoesNotExist',
      fieldPath: '.values',
    },
  ]),
]
