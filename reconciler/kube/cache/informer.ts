import type { KubeObject, ObjectKey } from '../api.ts'
import type { Selection } from './pages.ts'
import { Reflector, type ReflectorOptions } from './reflector.ts'

export interface InformerOptions extends Omit<ReflectorOptions, 'selection' | 'onTrouble'> {
  /** Told of each failure and where; undefined for the whole cluster. The informer goes on by itself. */
  readonly onTrouble: (error: Error, namespace: string | undefined) => void
  readonly selection: Omit<Selection, 'namespace'>
  /** Undefined for the whole cluster. */
  readonly namespaces?: readonly string[] | undefined
}

/** The local copy of one resource over the cluster or over some namespaces, as one. */
export class Informer {
  /**
   * Resolves when all that existed at the start is in it, but for what is in namespaces that are forbidden: one that was
   * deleted, and the role in it, must not keep the others waiting. Where all are forbidden, it waits.
   */
  readonly synced: Promise<void>
  /** Resolves when that is so, or all are forbidden. */
  readonly judged: Promise<void>
  readonly #byNamespace: ReadonlyMap<string | undefined, Reflector>

  constructor({ namespaces, selection, ...options }: InformerOptions) {
    const scopes: readonly (string | undefined)[] = namespaces ?? [undefined]
    this.#byNamespace = new Map(
      scopes.map((namespace) => [
        namespace,
        new Reflector({
          ...options,
          selection: { ...selection, namespace },
          onTrouble: (error) => options.onTrouble(error, namespace),
        }),
      ]),
    )
    this.judged = Promise.all(this.#reflectors.map((one) => one.judged)).then(() => undefined)
    this.synced = this.judged.then(() => Promise.race(this.#reflectors.map((one) => one.synced)))
  }

  /** Runs until the signal fires; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#reflectors.map((one) => one.run(signal)))
  }

  /** Lists anew at once and replaces all, because somebody else saw the API server go back in time. */
  doubt(): void {
    for (const one of this.#reflectors) one.doubt()
  }

  get(key: ObjectKey): KubeObject | undefined {
    return this.#of(key.namespace)?.store.get(key)
  }

  /** Of the object that {@link get} answers, which is not unpacked for it. */
  resourceVersion(key: ObjectKey): string | undefined {
    return this.#of(key.namespace)?.store.resourceVersion(key)
  }

  /** Whether all that existed in the namespace at the start is in it. */
  knows(namespace: string): boolean {
    return this.#of(namespace)?.isSynced ?? false
  }

  *keys(): Generator<ObjectKey> {
    for (const one of this.#reflectors) yield* one.store.keys()
  }

  /** The objects for which the grouping gave this name; of more than `most` in a scope, those that joined it last. */
  group(name: string, most?: number): KubeObject[] {
    return this.#reflectors.flatMap((one) => one.store.group(name, most))
  }

  groupSize(name: string): number {
    return this.#sum((one) => one.store.groupSize(name))
  }

  get size(): number {
    return this.#sum((one) => one.store.size)
  }

  /** Milliseconds since the server was last heard of, on the watch where that is longest ago. */
  get silentMs(): number {
    return Math.max(0, ...this.#reflectors.map((one) => one.silentMs))
  }

  /** Watches begun after the first. */
  get reconnects(): number {
    return this.#sum((one) => one.reconnects)
  }

  /** Differences that only a later list brought to light. */
  get relistRepairs(): number {
    return this.#sum((one) => one.relistRepairs)
  }

  #of(namespace: string | undefined): Reflector | undefined {
    return this.#byNamespace.get(namespace) ?? this.#byNamespace.get(undefined)
  }

  get #reflectors(): Reflector[] {
    return [...this.#byNamespace.values()]
  }

  #sum(of: (reflector: Reflector) => number): number {
    return this.#reflectors.reduce((sum, one) => sum + of(one), 0)
  }
}
