import type { Logger } from 'pino'
import { type Kind, type Kinds, kindsOf } from '../render/kinds.ts'
import type { Resource } from './kube/api.ts'
import { Informer, type InformerOptions } from './kube/cache/informer.ts'
import { OptionalInformer } from './kube/cache/optional-informer.ts'

/** What is the same for all informers of a process. */
export interface InformerDeps
  extends Pick<InformerOptions, 'clock' | 'namespaces' | 'onRewind' | 'random' | 'session'> {
  readonly log: Logger
  readonly onTrouble: (error: Error) => void
  /** Told when a kind that was not served is, so that Mcrouters may have objects of it. */
  readonly onServed: () => void
}

/** What of a resource is cached, and how. */
export interface Caching extends Pick<InformerOptions, 'onChange' | 'transform' | 'grouping'> {
  readonly labelSelector?: string
}

export function informerOf(deps: InformerDeps, resource: Resource, caching: Caching): Informer {
  return new Informer(optionsFor(deps, resource, caching))
}

/** Of a kind that Mcrouters expand to. */
export function childInformerOf(
  deps: InformerDeps,
  kind: Kind,
  caching: Caching,
): Informer | OptionalInformer {
  if (!kind.optional) return informerOf(deps, kind, caching)
  const onServed = (isServed: boolean) => {
    const what = isServed
      ? 'is served: Mcrouters may have it'
      : 'is not served: Mcrouters do without until it is'
    deps.log.info({ kind: kind.kind }, what)
    if (isServed) deps.onServed()
  }
  return new OptionalInformer({ ...optionsFor(deps, kind, caching), onServed })
}

function optionsFor(
  deps: InformerDeps,
  resource: Resource,
  { labelSelector, ...handling }: Caching,
): InformerOptions {
  const { clock, log, namespaces, onRewind, random, session } = deps
  const onTrouble = (error: Error) => {
    deps.onTrouble(error)
    log.warn({ resource: resource.plural, error: error.message }, 'watch failed, going on')
  }
  const selection = { resource, ...(labelSelector !== undefined && { labelSelector }) }
  return {
    session,
    clock,
    namespaces,
    random,
    selection,
    onTrouble,
    ...(onRewind && { onRewind }),
    ...handling,
  }
}

/** All kinds but optional ones that are not served in a namespace. */
export function servedIn(
  namespace: string,
  kinds: Kinds,
  informers: ReadonlyMap<string, Informer | OptionalInformer>,
): Kinds {
  const isServed = ({ plural }: Kind) => {
    const informer = informers.get(plural)
    return !(informer instanceof OptionalInformer) || informer.isServed(namespace)
  }
  return kindsOf([...kinds.values()].filter(isServed))
}
