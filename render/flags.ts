import { clusterDomainOf } from '../process/flag-values.ts'
import { type Flag, FlagsError } from '../process/flags.ts'
import { DEFAULT_IMAGES, type Images, imageComplaint } from '../schemas/images.ts'
import { type Inheritance, inheritanceComplaint } from '../schemas/inheritance.ts'
import { MANAGED_BY, NAME_LABEL } from '../schemas/well-known.ts'
import { quote } from '../text/quote.ts'
import { type OperatorPods, operatorPodsOf } from './operator-pods.ts'
import type { RenderSettings } from './rendering.ts'

/** What each command that renders Mcrouters, or judges them, is told about its cluster. */
export interface RenderingFlags {
  readonly clusterDomain: string
  readonly inherit: Inheritance
  /** What an object gets that names no image, where its version leaves that to the operator. */
  readonly images: Images
  /** Undefined where nobody said. */
  readonly operatorPods: OperatorPods | undefined
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
  'default-memcached-image': {
    value: 'IMAGE',
    fallback: DEFAULT_IMAGES.memcached,
    description:
      'Image of the memcached servers of a Mcrouter that names none, from v1beta1 on. It is written into the Mcrouter, so that another value changes none that is there. The same for server and reconciler.',
  },
  'default-mcrouter-image': {
    value: 'IMAGE',
    fallback: DEFAULT_IMAGES.mcrouter,
    description:
      'The same for the routers; of release current, unless every Mcrouter names another. docs/images.md has how to build one.',
  },
  'operator-pods': {
    value: 'NAMESPACE/KEY=VALUE,…',
    fallback: '',
    description:
      "Namespace and labels of the operator's pods, for the NetworkPolicies of Mcrouters with access: its reconciler and exporter are admitted. The same for server and reconciler. Default: none are.",
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
    images: imagesOf(text),
    operatorPods: text('operator-pods') === '' ? undefined : operatorPods(text('operator-pods')),
  }
}

/** What renderings depend on of all that. */
export function renderSettingsOf({
  clusterDomain,
  operatorPods,
}: Pick<RenderingFlags, 'clusterDomain' | 'operatorPods'>): RenderSettings {
  return { clusterDomain, ...(operatorPods !== undefined && { operatorPods }) }
}

function operatorPods(text: string): OperatorPods {
  const pods = operatorPodsOf(text)
  if (pods !== undefined) return pods
  throw new FlagsError(
    `--operator-pods: ${quote(text)} is no namespace with labels such as mcrouter-system/${NAME_LABEL}=${MANAGED_BY}`,
  )
}

/** @throws {FlagsError} for what is no image reference */
export function imagesOf(
  text: (name: 'default-memcached-image' | 'default-mcrouter-image') => string,
): Images {
  const image = (tier: keyof Images) => {
    const flag = `default-${tier}-image` as const
    const complaint = imageComplaint(text(flag))
    if (complaint === undefined) return text(flag)
    throw new FlagsError(
      `--${flag}: ${quote(text(flag))} is not an image reference such as ${DEFAULT_IMAGES[tier]}: ${complaint}`,
    )
  }
  return { memcached: image('memcached'), mcrouter: image('mcrouter') }
}

function inheritable(flag: Name, key: string): string {
  const complaint = inheritanceComplaint(key)
  if (complaint === undefined) return key
  throw new FlagsError(`--${flag}: ${quote(key)} ${complaint}`)
}
