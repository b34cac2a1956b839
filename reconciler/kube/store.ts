import type { KubeObject, ObjectKey, Resource } from './api.ts'
import { keyOf, keyText, parseKey } from './key.ts'
import { toKubeObject } from './object.ts'
import { Packing } from './packing.ts'

interface Entry {
  readonly resourceVersion: string
  readonly group: string | undefined
  readonly packed: string
}

/** Which group an object belongs to, for {@link Store.group}. */
export type Grouping = (object: KubeObject) => string | undefined

/** Objects of one resource by key, in little memory: each is unpacked when it is asked for. */
export class Store {
  readonly #resource: Resource
  readonly #grouping: Grouping | undefined
  readonly #packing = new Packing()
  readonly #entries = new Map<string, Entry>()
  readonly #groups = new Map<string, Set<string>>()

  constructor(resource: Resource, grouping?: Grouping) {
    this.#resource = resource
    this.#grouping = grouping
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: ObjectKey): KubeObject | undefined {
    const entry = this.#entries.get(keyText(key))
    return entry && this.#unpack(entry)
  }

  /** Enough to tell whether an object is the one that is stored: no two states share a resourceVersion. */
  resourceVersion(key: ObjectKey): string | undefined {
    return this.#entries.get(keyText(key))?.resourceVersion
  }

  *keys(): Generator<ObjectKey> {
    for (const text of this.#entries.keys()) yield parseKey(text)
  }

  *values(): Generator<KubeObject> {
    for (const entry of this.#entries.values()) yield this.#unpack(entry)
  }

  /** The objects for which the grouping gave this name. */
  group(name: string): KubeObject[] {
    const members: KubeObject[] = []
    for (const text of this.#groups.get(name) ?? []) {
      const entry = this.#entries.get(text)
      if (entry) members.push(this.#unpack(entry))
    }
    return members
  }

  put(object: KubeObject): void {
    const text = keyText(keyOf(object))
    const { resourceVersion } = object.metadata
    const group = this.#grouping?.(object)
    this.#move(text, this.#entries.get(text)?.group, group)
    this.#entries.set(text, { resourceVersion, group, packed: this.#packing.pack(object) })
  }

  remove(key: ObjectKey): void {
    const text = keyText(key)
    this.#move(text, this.#entries.get(text)?.group, undefined)
    this.#entries.delete(text)
  }

  #unpack({ packed }: Entry): KubeObject {
    return toKubeObject(this.#resource, this.#packing.unpack(packed))
  }

  #move(text: string, from: string | undefined, to: string | undefined): void {
    if (from === to) return
    if (from !== undefined) {
      const members = this.#groups.get(from)
      members?.delete(text)
      if (members?.size === 0) this.#groups.delete(from)
    }
    if (to === undefined) return
    const members = this.#groups.get(to)
    if (members) members.add(text)
    else this.#groups.set(to, new Set([text]))
  }
}

/**
 * Without what no reconcile reads and what is often the larger part: managedFields and the copy that `kubectl apply`
 * keeps. So an object from a store is never to be written back whole.
 */
export function trimmed(object: KubeObject): KubeObject {
  const { managedFields: _, annotations, ...metadata } = object.metadata
  if (annotations === undefined) return { ...object, metadata }
  const { 'kubectl.kubernetes.io/last-applied-configuration': __, ...kept } = annotations
  return { ...object, metadata: { ...metadata, annotations: kept } }
}
