// Names of labels, taints and objects, as k8s.io/apimachinery pkg/util/validation/validation.go has them. Ends are looked
// at by themselves rather than by a regular expression with nested repetition.

const ALPHANUMERIC = /^[A-Za-z0-9]$/

function endsWell(text: string): boolean {
  return ALPHANUMERIC.test(text.at(0) ?? '') && ALPHANUMERIC.test(text.at(-1) ?? '')
}

/** May be empty. */
export function isLabelValue(text: string): boolean {
  return text === '' || isQualifiedPart(text)
}

/** A name such as dedicated, or one with a DNS prefix such as kubernetes.io/arch. */
export function isLabelKey(text: string): boolean {
  const slash = text.indexOf('/')
  if (slash < 0) return isQualifiedPart(text)
  return isSubdomain(text.slice(0, slash)) && isQualifiedPart(text.slice(slash + 1))
}

export function isSubdomain(text: string): boolean {
  if (text.length > 253 || !/^[a-z0-9.-]+$/.test(text)) return false
  return text.split('.').every(endsWell)
}

/** What {@link isDnsLabel} takes, as part of a pattern for programs that are not ours. */
export const DNS_LABEL = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?'

/** Up to 63 characters: a namespace, a part of a DNS name. */
export function isDnsLabel(text: string): boolean {
  return text.length <= 63 && /^[a-z0-9-]+$/.test(text) && endsWell(text)
}

function isQualifiedPart(text: string): boolean {
  return text.length <= 63 && /^[A-Za-z0-9._-]+$/.test(text) && endsWell(text)
}

/** What may be the DNS domain of a cluster, wherever it is given: JSON Schema of a text. */
export const CLUSTER_DOMAIN = { pattern: `^${DNS_LABEL}(\\.${DNS_LABEL})*$`, maxLength: 100 }

const CLUSTER_DOMAIN_PATTERN = new RegExp(CLUSTER_DOMAIN.pattern)

export function isClusterDomain(text: string): boolean {
  return text.length <= CLUSTER_DOMAIN.maxLength && CLUSTER_DOMAIN_PATTERN.test(text)
}
