import { clusterDomainOf } from '../process/flag-values.ts'
import { type Flag, FlagsError } from '../process/flags.ts'
import { type Inheritance, inheritanceComplaint } from '../schemas/inheritance.ts'
import { quote } from '../text/quote.ts'

/** What each command that renders Mcrouters, or judges them, is told about its cluster. */
export interface RenderingFlags {
  readonly clusterDomain: string
  readonly inherit: Inheritance
}

export const RENDERING_FLAGS = {
  'cluster-domain': {
    value: 'DOMAIN',
    fallback: 'cluster.local',
    description: 'DNS domain of the cluster, for the names of the memcached servers.',
  },
  'inherit-labels': {
    value: 'KEY,PREFIX/,…',
    fallback: '',
    description:
      'Labels of a Mcrouter that its pods, Services and other objects have as well, such as team or example.com/. Default: none. The same for server and reconciler: a change restarts the pods of Mcrouters that have such a label, and empties their caches.',
  },
  'inherit-annotations': {
    value: 'KEY,PREFIX/,…',
    fallback: '',
    description: 'The same for annotations. Default: none.',
  },
} as const satisfies Record<string, Flag>

type Name = keyof typeof RENDERING_FLAGS

/** @throws {FlagsError} for a value that cannot be */
export function renderingFlagsOf(text: (name: Name) => string): RenderingFlags {
  const keys = (name: Name) =>
    text(name)
      .split(',')
      .filter((key) => key !== '')
      .map((key) => inheritable(name, key))
  return {
    clusterDomain: clusterDomainOf(text('cluster-domain')),
    inherit: { labels: keys('inherit-labels'), annotations: keys('inherit-annotations') },
  }
}

function inheritable(flag: Name, key: string): string {
  const complaint = inheritanceComplaint(key)
  if (complaint === undefined) return key
  throw new FlagsError(`--${flag}: ${quote(key)} ${complaint}`)
}
