import { DNS_LABEL } from './label.ts'

/** What may be the DNS domain of a cluster, wherever it is given: JSON Schema of a text. */
export const CLUSTER_DOMAIN = { pattern: `^${DNS_LABEL}(\\.${DNS_LABEL})*$`, maxLength: 100 }

const PATTERN = new RegExp(CLUSTER_DOMAIN.pattern)

export function isClusterDomain(text: string): boolean {
  return text.length <= CLUSTER_DOMAIN.maxLength && PATTERN.test(text)
}
