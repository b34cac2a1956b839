import type { KubeObject, ObjectKey, Resource } from './api.ts'
import { keyOf, keyText, parseKey } from './key.ts'
import { toKubeObject } from './object.ts'
import { Packing } from './packing.ts'

/** Which group an object belongs to, for {@link Store.group}. */
export type Grouping = (object: KubeObject) => string | undefined

interface Group {
  readonly name: string
  readonly keys: string[]
}

interface Entry {
  readonly resourceVersion: string
  readonly group: Group | undefined
  /** As JSON text, or packed. */
  form: string
  packed: boolean
}

// A new object changes a few times within seconds; packing it each time would be for nothing.
const FRESH = 256

/** Objects of one resource by key, in little memory: each is unpacked when it is asked for. */
export class Store {
  readonly #resource: Resource
  readonly #grouping: Grouping | undefined
  readonly #packing = new Packing()
  readonly #entries = new Map<string, Entry>()
  readonly #groups = new Map<string, Group>()
  /** Those that are not packed yet, oldest first. */
  readonly #fresh = new Map<string, Entry>()

  constructor(resource: Resource, grouping?: Grouping) {
    this.#resource = resource
    this.#grouping = grouping
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: ObjectKey): KubeObject | undefined {
    const entry = this.#entries.get(keyText(key))
    return entry && this.#read(entry)
  }

  /** Enough to tell whether an object is the one that is stored: no two states share a resourceVersion. */
  resourceVersion(key: ObjectKey): string | undefined {
    return this.#entries.get(keyText(key))?.resourceVersion
  }

  *keys(): Generator<ObjectKey> {
    for (const text of this.#entries.keys()) yield parseKey(text)
  }

  /** The objects for which the grouping gave this name. */
  group(name: string): KubeObject[] {
    const members: KubeObject[] = []
    for (const text of this.#groups.get(name)?.keys ?? []) {
      const entry = this.#entries.get(text)
      if (entry) members.push(this.#read(entry))
    }
    return members
  }

  /** The groups that it was in before or is in now. */
  put(object: KubeObject): readonly string[] {
    const text = keyText(keyOf(object))
    const former = this.#take(text)
    const group = this.#join(text, this.#grouping?.(object))
    const { resourceVersion } = object.metadata
    const entry = { resourceVersion, group, form: JSON.stringify(object), packed: false }
    this.#entries.set(text, entry)
    this.#fresh.set(text, entry)
    this.#packOldest()
    return namesOf(former?.group, group)
  }

  /** The group that it was in, if any; undefined when there is no such object. */
  remove(key: ObjectKey): readonly string[] | undefined {
    const former = this.#take(keyText(key))
    return former && namesOf(former.group)
  }

  #take(text: string): Entry | undefined {
    const entry = this.#entries.get(text)
    if (entry === undefined) return undefined
    this.#entries.delete(text)
    this.#fresh.delete(text)
    this.#leave(text, entry.group)
    return entry
  }

  #packOldest(): void {
    if (this.#fresh.size <= FRESH) return
    for (const [text, entry] of this.#fresh) {
      entry.form = this.#packing.pack(entry.form)
      entry.packed = true
      this.#fresh.delete(text)
      return
    }
  }

  #read({ form, packed }: Entry): KubeObject {
    const value: unknown = JSON.parse(packed ? this.#packing.unpack(form) : form)
    return toKubeObject(this.#resource, value)
  }

  #join(text: string, name: string | undefined): Group | undefined {
    if (name === undefined) return undefined
    const group = this.#groups.get(name) ?? { name, keys: [] }
    group.keys.push(text)
    this.#groups.set(name, group)
    return group
  }

  #leave(text: string, group: Group | undefined): void {
    if (group === undefined) return
    group.keys.splice(group.keys.indexOf(text), 1)
    if (group.keys.length === 0) this.#groups.delete(group.name)
  }
}

function namesOf(...groups: readonly (Group | undefined)[]): readonly string[] {
  return [...new Set(groups.flatMap((group) => group?.name ?? []))]
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
