import { isLabelKey, isLabelValue, isSubdomain } from '../text/label.ts'
import { isJsonObject, type JsonObject } from './json.ts'
import { COMMON_LABELS, GROUP } from './well-known.ts'

/**
 * Labels and annotations of a Mcrouter that what it expands to has as well, such as a cost centre: keys, or `PREFIX/` for all
 * keys of a domain. Whoever runs the operator chooses; who writes Mcrouters has no more than that.
 */
export interface Inheritance {
  readonly labels: readonly string[]
  readonly annotations: readonly string[]
}

export const INHERITS_NOTHING: Inheritance = { labels: [], annotations: [] }

/** What one Mcrouter passes on. */
export interface Inherited {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  /** Keys that are named and still not passed on: too many, or too long. */
  readonly omitted: readonly string[]
}

/** Labels that one Mcrouter passes on at most, and so many annotations: every pod carries them, and every cache of pods in the cluster. */
export const MOST_INHERITED = 16
/** Characters of the value of an annotation that is passed on; those of labels have 63 at most. */
export const LONGEST_INHERITED = 512

/** By these the operator, and the controllers of Kubernetes, tell what is whose. */
const RESERVED = new Set(['app', 'pod-template-hash', 'controller-revision-hash'])
const RESERVED_DOMAINS = [
  `${COMMON_LABELS}/`,
  'apps.kubernetes.io/',
  'deployment.kubernetes.io/',
  'kubectl.kubernetes.io/',
  `${GROUP}/`,
  'statefulset.kubernetes.io/',
]

/** Why nothing may be inherited by this key or prefix; undefined when it may. */
export function inheritanceComplaint(entry: string): string | undefined {
  const isPrefix = entry.endsWith('/')
  if (!(isPrefix ? isSubdomain(entry.slice(0, -1)) : isLabelKey(entry))) {
    return 'is neither a key such as team or example.com/team, nor a prefix such as example.com/'
  }
  return isReserved(entry) ? 'belongs to the operator or to Kubernetes, and is never inherited' : undefined
}

export function isReserved(key: string): boolean {
  return RESERVED.has(key) || RESERVED_DOMAINS.some((domain) => key.startsWith(domain))
}

/** In the order of their keys, so that the same metadata always gives the same. */
export function inheritedFrom(metadata: unknown, { labels, annotations }: Inheritance): Inherited {
  const { labels: ownLabels, annotations: ownAnnotations }: JsonObject = isJsonObject(metadata)
    ? metadata
    : {}
  const chosen = selected(ownLabels, labels, isLabelValue)
  const noted = selected(ownAnnotations, annotations, isShort)
  return {
    labels: chosen.taken,
    annotations: noted.taken,
    omitted: [...chosen.omitted, ...noted.omitted],
  }
}

function isShort(text: string): boolean {
  return Buffer.byteLength(text) <= LONGEST_INHERITED
}

function selected(map: unknown, allowed: readonly string[], fits: (value: string) => boolean) {
  if (allowed.length === 0 || !isJsonObject(map)) return { taken: {}, omitted: [] }
  const named = Object.keys(map)
    .filter((key) => isAllowed(key, allowed))
    .sort()
  const entries = named.map((key) => [key, map[key]] as const)
  const taken = entries
    .filter((entry): entry is readonly [string, string] => typeof entry[1] === 'string' && fits(entry[1]))
    .slice(0, MOST_INHERITED)
  const keys = new Set(taken.map(([key]) => key))
  return { taken: Object.fromEntries(taken), omitted: named.filter((key) => !keys.has(key)) }
}

function isAllowed(key: string, allowed: readonly string[]): boolean {
  return !isReserved(key) && allowed.some((one) => (one.endsWith('/') ? key.startsWith(one) : key === one))
}

/** Whether pods that were made from the one are other than pods made from the other. */
export function isSameInheritance(one: Inherited, other: Inherited): boolean {
  return textOf(one) === textOf(other)
}

function textOf({ labels, annotations }: Inherited): string {
  return JSON.stringify([labels, annotations])
}
