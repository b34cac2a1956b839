import type { KubeObject, ObjectKey, Resource } from './api.ts'
import { keyOf, keyText, parseKey } from './key.ts'
import { toKubeObject } from './object.ts'

interface Packed {
  readonly uid: string
  readonly resourceVersion: string
  readonly group: string | undefined
  readonly json: string
}

/** Which group an object belongs to, for {@link Store.group}. */
export type Grouping = (object: KubeObject) => string | undefined

/**
 * Objects of one resource by key. They are kept as JSON text, which takes a third of the memory of the parsed object,
 * and parsed when asked for (some 10 µs each).
 */
export class Store {
  readonly #resource: Resource
  readonly #grouping: Grouping | undefined
  readonly #packed = new Map<string, Packed>()
  readonly #groups = new Map<string, Set<string>>()

  constructor(resource: Resource, grouping?: Grouping) {
    this.#resource = resource
    this.#grouping = grouping
  }

  get size(): number {
    return this.#packed.size
  }

  get(key: ObjectKey): KubeObject | undefined {
    const packed = this.#packed.get(keyText(key))
    return packed && this.#unpack(packed)
  }

  /** Enough to tell whether an object is the one that is stored. */
  version(key: ObjectKey): { readonly uid: string; readonly resourceVersion: string } | undefined {
    return this.#packed.get(keyText(key))
  }

  *keys(): Generator<ObjectKey> {
    for (const text of this.#packed.keys()) yield parseKey(text)
  }

  *values(): Generator<KubeObject> {
    for (const packed of this.#packed.values()) yield this.#unpack(packed)
  }

  /** The objects for which the grouping gave this name. */
  group(name: string): KubeObject[] {
    const members: KubeObject[] = []
    for (const text of this.#groups.get(name) ?? []) {
      const packed = this.#packed.get(text)
      if (packed) members.push(this.#unpack(packed))
    }
    return members
  }

  put(object: KubeObject): void {
    const text = keyText(keyOf(object))
    const { uid, resourceVersion } = object.metadata
    const group = this.#grouping?.(object)
    this.#move(text, this.#packed.get(text)?.group, group)
    this.#packed.set(text, { uid, resourceVersion, group, json: JSON.stringify(object) })
  }

  remove(key: ObjectKey): void {
    const text = keyText(key)
    this.#move(text, this.#packed.get(text)?.group, undefined)
    this.#packed.delete(text)
  }

  #unpack(packed: Packed): KubeObject {
    const value: unknown = JSON.parse(packed.json)
    return toKubeObject(this.#resource, value)
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
