import type { LabelSelector, Peer } from '../schemas/mcrouter.ts'
import { COMPONENT_LABEL } from '../schemas/well-known.ts'
import { isDnsLabel, isLabelKey, isLabelValue } from '../text/label.ts'
import type { Labels } from './labels.ts'

/** Where the operator's own pods are, and the labels that all of them have. */
export interface OperatorPods {
  readonly namespace: string
  readonly labels: Labels
}

/** Those of its parts that ask routers and servers: of the others, none is admitted. */
const ASKING: NonNullable<LabelSelector['matchExpressions']> = [
  { key: COMPONENT_LABEL, operator: 'In', values: ['reconciler', 'exporter'] },
]

/** Every namespace has its name in this label: https://kubernetes.io/docs/reference/labels-annotations-taints/ */
const NAMESPACE_LABEL = 'kubernetes.io/metadata.name'

/** Them as clients of a NetworkPolicy. */
export function operatorPeer({ namespace, labels }: OperatorPods): Peer {
  return {
    namespaceSelector: { matchLabels: { [NAMESPACE_LABEL]: namespace } },
    podSelector: { matchLabels: labels, matchExpressions: ASKING },
  }
}

/** What `NAMESPACE/KEY=VALUE,…` says; undefined for what is no such text. */
export function operatorPodsOf(text: string): OperatorPods | undefined {
  const slash = text.indexOf('/')
  const namespace = text.slice(0, Math.max(0, slash))
  const pairs = text
    .slice(slash + 1)
    .split(',')
    .map((pair) => pair.split('='))
  const labels = pairs.flatMap(([key = '', value, ...more]) =>
    isLabelKey(key) && value !== undefined && isLabelValue(value) && more.length === 0
      ? [[key, value] as const]
      : [],
  )
  // Without a label it would be every pod of the namespace.
  const isWhole = labels.length === pairs.length && labels.length > 0
  return isDnsLabel(namespace) && isWhole ? { namespace, labels: Object.fromEntries(labels) } : undefined
}
