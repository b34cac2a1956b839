import type { KubeObject, ObjectKey, Resource } from '../api.ts'
import { keyOf, keyText, parseKey, toKubeObject } from '../object.ts'
import { Packing } from './compressed-text.ts'
import { outlineOf } from './outline.ts'
import { Shares } from './shares.ts'

/** Which group an object belongs to, for {@link Store.group}. */
export type IndexFunc = (object: KubeObject) => string | undefined

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
  /** What it takes of the share of its namespace. */
  cost: number
}

// A new object changes a few times within seconds; compressing it each time would be wasted.
const FRESH = 256
/** An object whose JSON is longer is compressed at once: too many waiting uncompressed would take too much memory. */
const SHORT = 8 * 1024
/** A longer one is not even compressed: that would cost much CPU time for an object of which only an outline is kept. */
const LONGEST = 256 * 1024

/**
 * Objects of one resource by key, in little memory: each is unpacked when it is asked for. Of those that are very large, or
 * too much for one namespace, there is but an outline (see {@link outlineOf}).
 */
export class Store {
  readonly #resource: Resource
  readonly #grouping: IndexFunc | undefined
  readonly #packing = new Packing()
  readonly #shares = new Shares()
  readonly #entries = new Map<string, Entry>()
  readonly #groups = new Map<string, Group>()
  /** Those that are not packed yet, oldest first. */
  readonly #fresh = new Map<string, Entry>()

  constructor(resource: Resource, grouping?: IndexFunc) {
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

  /** How many objects {@link group} answers; none is unpacked for it. */
  groupSize(name: string): number {
    return this.#groups.get(name)?.keys.length ?? 0
  }

  /** The objects for which the grouping gave this name; of more than `most`, those that joined it last. */
  group(name: string, most = Number.POSITIVE_INFINITY): KubeObject[] {
    const members: KubeObject[] = []
    for (const text of this.#groups.get(name)?.keys.slice(-most) ?? []) {
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
    const entry = { resourceVersion, group, form: JSON.stringify(object), packed: false, cost: 0 }
    this.#entries.set(text, entry)
    if (entry.form.length > LONGEST) entry.form = JSON.stringify(outlineOf(object))
    if (entry.form.length > SHORT) this.#pack(text, entry)
    else this.#fresh.set(text, entry)
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
    this.#shares.giveBack(namespaceIn(text), entry.cost)
    this.#leave(text, entry.group)
    return entry
  }

  #packOldest(): void {
    if (this.#fresh.size <= FRESH) return
    for (const [text, entry] of this.#fresh) {
      this.#fresh.delete(text)
      this.#pack(text, entry)
      return
    }
  }

  #pack(text: string, entry: Entry): void {
    const packed = this.#packing.pack(entry.form)
    const cost = this.#shares.take(namespaceIn(text), packed.length)
    entry.form = cost === undefined ? JSON.stringify(outlineOf(this.#read(entry))) : packed
    entry.packed = cost !== undefined
    entry.cost = cost ?? 0
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

function namespaceIn(text: string): string {
  return parseKey(text).namespace ?? ''
}

function namesOf(...groups: readonly (Group | undefined)[]): readonly string[] {
  return [...new Set(groups.flatMap((group) => group?.name ?? []))]
}

/**
 * Drops managedFields and the copy that `kubectl apply` keeps: no reconcile reads them, and they are often the larger part.
 * So an object from a store must never be written back whole.
 */
export function trimmed(object: KubeObject): KubeObject {
  const { managedFields: _, annotations, ...metadata } = object.metadata
  if (annotations === undefined) return { ...object, metadata }
  const { 'kubectl.kubernetes.io/last-applied-configuration': __, ...kept } = annotations
  return { ...object, metadata: { ...metadata, annotations: kept } }
}
