import type { ObjectKey, Resource } from '../api.ts'
import { ApiError } from '../connection/errors.ts'
import { partialMetadata } from '../object.ts'
import { Reflector, type ReflectorOptions } from './reflector.ts'

export interface NamedObject {
  readonly resource: Resource
  readonly key: ObjectKey
}

export interface NamedObjectsOptions
  extends Pick<ReflectorOptions, 'session' | 'clock' | 'random' | 'onTrouble'> {
  readonly objects: readonly NamedObject[]
}

/** Watches a few objects by name and tells when one of them changes; it keeps none of their content. */
export class NamedObjects {
  readonly #reflectors: readonly Reflector[]
  /** Those whose last list the API server refused. */
  readonly #refused = new Set<NamedObject>()
  #next = new AbortController()

  constructor({ objects, ...options }: NamedObjectsOptions) {
    this.#reflectors = objects.map((object) => this.#reflector(object, options))
  }

  /** Runs until the signal fires; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#reflectors.map((one) => one.run(signal)))
  }

  /** Whether all are watched. Until then, and where the API server refuses, changes go unseen. */
  get watched(): boolean {
    return this.#refused.size === 0 && this.#reflectors.every((one) => one.isSynced)
  }

  /** Fires at the next change of any of them; then there is a new signal. Objects found at the start are a change. */
  get change(): AbortSignal {
    return this.#next.signal
  }

  #reflector(object: NamedObject, options: Omit<NamedObjectsOptions, 'objects'>): Reflector {
    const { resource, key } = object
    return new Reflector({
      ...options,
      selection: {
        resource,
        namespace: key.namespace,
        // A right that names the object covers a list and a watch that select it so
        // (kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources).
        fieldSelector: `metadata.name=${key.name}`,
      },
      transform: ({ apiVersion, kind, metadata }) => ({
        apiVersion,
        kind,
        metadata: partialMetadata(metadata),
      }),
      onChange: () => {
        this.#refused.delete(object)
        this.#next.abort()
        this.#next = new AbortController()
      },
      onTrouble: (error) => {
        if (error instanceof ApiError && error.forbidden) this.#refused.add(object)
        options.onTrouble(error)
      },
    })
  }
}
