import { sleep } from '../../../process/clock.ts'
import type { KubeObject, ObjectKey } from '../api.ts'
import { ApiError } from '../connection/errors.ts'
import { collectionPath, withQuery } from '../paths.ts'
import { Informer, type InformerOptions } from './informer.ts'

export interface OptionalInformerOptions extends InformerOptions {
  /** Told when it turns out that the API server serves the resource, or does not, and each time that this changes. */
  readonly onServed: (isServed: boolean) => void
}

/** How often a resource that is not served is asked for. */
const ASK_MS = 60_000

/**
 * The local copy of a resource that the API server need not serve: one of a CRD that may be installed and removed at any time.
 * While it is not served (404) the copy is empty, nobody waits for it, and one small request a minute looks whether it is.
 *
 * A missing right is something else. RBAC answers 403 before the API server looks what there is, so 403 says nothing of the CRD;
 * it is a fault of the installation, reported each time as it is for every resource, and keeps nobody waiting either.
 */
export class OptionalInformer {
  /** Resolves when all that existed at the start is in it, or it is not served, or forbidden. */
  readonly synced: Promise<void>
  /** The same. */
  readonly judged: Promise<void>
  readonly #options: OptionalInformerOptions
  readonly #markJudged: () => void
  #isServed: boolean | undefined
  /** While the resource is served. */
  #informer: Informer | undefined
  /** Where a list or a watch was refused for want of a right. */
  readonly #forbidden = new Set<string | undefined>()
  /** Of informers that were given up. */
  #reconnects = 0
  #relistRepairs = 0

  constructor(options: OptionalInformerOptions) {
    this.#options = options
    const judged = Promise.withResolvers<void>()
    this.judged = judged.promise
    this.synced = judged.promise
    this.#markJudged = judged.resolve
  }

  /** Runs until the signal fires; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (await this.#mayBeServed(signal)) await this.#follow(signal)
      if (signal.aborted) return
      this.#tell(false)
      this.#markJudged()
      await sleep(this.#options.clock, ASK_MS, signal)
    }
  }

  /** Whether objects of that namespace may be read and written. */
  isServed(namespace: string): boolean {
    return this.#informer?.knows(namespace) === true
  }

  /** Whether all that existed in the namespace is in it, as far as it can be. */
  knows(namespace: string): boolean {
    // One that has only just come is done without until it is listed.
    if (this.#isServed === false) return true
    const isForbidden = this.#forbidden.has(namespace) || this.#forbidden.has(undefined)
    return this.isServed(namespace) || isForbidden
  }

  doubt(): void {
    this.#informer?.doubt()
  }

  get(key: ObjectKey): KubeObject | undefined {
    return this.#informer?.get(key)
  }

  resourceVersion(key: ObjectKey): string | undefined {
    return this.#informer?.resourceVersion(key)
  }

  *keys(): Generator<ObjectKey> {
    if (this.#informer !== undefined) yield* this.#informer.keys()
  }

  group(name: string, most?: number): KubeObject[] {
    return this.#informer?.group(name, most) ?? []
  }

  groupSize(name: string): number {
    return this.#informer?.groupSize(name) ?? 0
  }

  get size(): number {
    return this.#informer?.size ?? 0
  }

  /** While it is not served there is nothing to be heard. */
  get silentMs(): number {
    return this.#informer?.silentMs ?? 0
  }

  get reconnects(): number {
    return this.#reconnects + (this.#informer?.reconnects ?? 0)
  }

  get relistRepairs(): number {
    return this.#relistRepairs + (this.#informer?.relistRepairs ?? 0)
  }

  /** One list of one object, of one namespace: they are all served or none. What fails in another way is the informer's. */
  async #mayBeServed(signal: AbortSignal): Promise<boolean> {
    const { session, selection, namespaces } = this.#options
    const path = withQuery(collectionPath(selection.resource, namespaces?.[0]), { limit: 1 })
    try {
      await session.request({ method: 'GET', path, signal })
      return true
    } catch (error) {
      return !(error instanceof ApiError && error.notFound)
    }
  }

  /** Until it is not served any more. */
  async #follow(signal: AbortSignal): Promise<void> {
    const gone = new AbortController()
    const informer = new Informer({
      ...this.#options,
      onTrouble: (error, namespace) => {
        if (error instanceof ApiError && error.notFound) return gone.abort()
        if (error instanceof ApiError && error.forbidden) this.#forbidden.add(namespace)
        this.#options.onTrouble(error, namespace)
      },
    })
    this.#informer = informer
    informer.synced.then(() => {
      if (!gone.signal.aborted) this.#tell(true)
    })
    informer.judged.then(this.#markJudged)
    await informer.run(AbortSignal.any([signal, gone.signal]))
    this.#informer = undefined
    this.#reconnects += informer.reconnects
    this.#relistRepairs += informer.relistRepairs
    if (signal.aborted) return
    for (const key of informer.keys()) {
      const object = informer.get(key)
      const group = object && this.#options.grouping?.(object)
      this.#options.onChange({ key, after: undefined, groups: group === undefined ? [] : [group] })
    }
  }

  #tell(isServed: boolean): void {
    if (this.#isServed === isServed) return
    this.#isServed = isServed
    this.#options.onServed(isServed)
  }
}
