import { isJsonObject, type JsonObject } from '../../schemas/json.ts'

/**
 * The part of an object that a field manager owns through server-side apply, read from metadata.managedFields: what it
 * applied last, with the values of now. A field that somebody else changed is no longer owned, so it is missing here; a
 * field that the manager stopped applying is still here until the next apply.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function ownedFields(object: JsonObject, manager: string): JsonObject {
  const metadata = isJsonObject(object.metadata) ? object.metadata : {}
  const entry = entries(metadata.managedFields).find(
    ({ manager: name, operation, subresource }) =>
      name === manager && operation === 'Apply' && (subresource ?? '') === '',
  )
  if (!isJsonObject(entry?.fieldsV1)) return {}
  const owned = pick(entry.fieldsV1, object)
  return isJsonObject(owned) ? owned : {}
}

/** When the manager's last apply changed something, in milliseconds since the epoch, exact to a second; undefined if never. */
export function appliedAt(object: JsonObject, manager: string): number | undefined {
  const metadata = isJsonObject(object.metadata) ? object.metadata : {}
  const entry = entries(metadata.managedFields).find(
    ({ manager: name, operation }) => name === manager && operation === 'Apply',
  )
  const time = typeof entry?.time === 'string' ? Date.parse(entry.time) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}

/** Who else changed something of it last, its status apart; empty for nobody. */
export function lastOtherManager(object: JsonObject, manager: string): string {
  const metadata = isJsonObject(object.metadata) ? object.metadata : {}
  const others = entries(metadata.managedFields).filter(
    ({ manager: name, subresource }) => name !== manager && (subresource ?? '') !== 'status',
  )
  const last = others.toSorted((one, other) => String(one.time).localeCompare(String(other.time))).at(-1)
  return typeof last?.manager === 'string' ? last.manager : ''
}

/** What other field managers own of it, its status apart: FieldsV1. */
export function othersIn(
  object: JsonObject,
  manager: string,
): { readonly manager: string; readonly fields: JsonObject }[] {
  const metadata = isJsonObject(object.metadata) ? object.metadata : {}
  return entries(metadata.managedFields).flatMap(({ manager: name, subresource, fieldsV1 }) =>
    typeof name === 'string' && name !== manager && subresource !== 'status' && isJsonObject(fieldsV1)
      ? [{ manager: name, fields: fieldsV1 }]
      : [],
  )
}

function entries(managedFields: unknown): JsonObject[] {
  return Array.isArray(managedFields) ? managedFields.filter(isJsonObject) : []
}

/**
 * FieldsV1: `f:NAME` a field, `k:{…}` an item of a list with keys, `v:VALUE` a member of a set, `.` the thing itself;
 * nothing below means all of it. structured-merge-diff/fieldpath/serialize-pe.go
 */
function pick(fields: JsonObject, value: unknown): unknown {
  const names = Object.keys(fields)
  if (names.length === 0) return value
  if (Array.isArray(value)) return pickItems(fields, value)
  if (!isJsonObject(value)) return value
  const picked: Record<string, unknown> = {}
  for (const name of names) {
    if (!name.startsWith('f:')) continue
    const field = name.slice(2)
    const below = fields[name]
    if (Object.hasOwn(value, field) && isJsonObject(below)) picked[field] = pick(below, value[field])
  }
  return picked
}

/** In one walk over each: a list may have as many items as fit into an object. */
function pickItems(fields: JsonObject, items: readonly unknown[]): unknown[] {
  const elements = elementsOf(fields)
  return items.flatMap((item) => {
    const below = elements.of(item)
    return below === undefined ? [] : [pick(below, item)]
  })
}

/** What is owned of the items of a list. */
class Elements {
  readonly #byValue = new Map<string, JsonObject>()
  /** By the names of the keys, of which a list has one set, and then by their values. */
  readonly #byKeys = new Map<
    string,
    { readonly keys: readonly string[]; readonly found: Map<string, JsonObject> }
  >()

  setValue(value: string, fields: JsonObject): void {
    this.#byValue.set(value, fields)
  }

  setKey(key: JsonObject, fields: JsonObject): void {
    const keys = Object.keys(key).toSorted()
    const id = JSON.stringify(keys)
    const { found } = this.#byKeys.get(id) ?? this.#begin(id, keys)
    found.set(valuesOf(key, keys), fields)
  }

  of(item: unknown): JsonObject | undefined {
    if (this.#byValue.size > 0) {
      const fields = this.#byValue.get(JSON.stringify(item))
      if (fields !== undefined) return fields
    }
    if (!isJsonObject(item)) return undefined
    for (const { keys, found } of this.#byKeys.values()) {
      const fields = found.get(valuesOf(item, keys))
      if (fields !== undefined) return fields
    }
    return undefined
  }

  #begin(id: string, keys: readonly string[]) {
    const begun = { keys, found: new Map<string, JsonObject>() }
    this.#byKeys.set(id, begun)
    return begun
  }
}

function valuesOf(object: JsonObject, keys: readonly string[]): string {
  return JSON.stringify(keys.map((key) => object[key]))
}

function elementsOf(fields: JsonObject): Elements {
  const elements = new Elements()
  for (const [name, below] of Object.entries(fields)) {
    if (!isJsonObject(below)) continue
    const value = name.slice(2)
    if (name.startsWith('v:')) elements.setValue(value, below)
    const key: unknown = name.startsWith('k:') ? JSON.parse(value) : undefined
    if (isJsonObject(key)) elements.setKey(key, below)
  }
  return elements
}
