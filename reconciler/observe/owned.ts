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
  if (Array.isArray(value)) return value.filter(isOwnedItem(fields)).map((item) => pickItem(fields, item))
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

function isOwnedItem(fields: JsonObject): (item: unknown) => boolean {
  return (item) => fieldsOfItem(fields, item) !== undefined
}

function pickItem(fields: JsonObject, item: unknown): unknown {
  return pick(fieldsOfItem(fields, item) ?? {}, item)
}

function fieldsOfItem(fields: JsonObject, item: unknown): JsonObject | undefined {
  for (const [name, below] of Object.entries(fields)) {
    if (isJsonObject(below) && names(name, item)) return below
  }
  return undefined
}

function names(element: string, item: unknown): boolean {
  if (element.startsWith('v:')) return element.slice(2) === JSON.stringify(item)
  if (!element.startsWith('k:') || !isJsonObject(item)) return false
  const key: unknown = JSON.parse(element.slice(2))
  return isJsonObject(key) && Object.entries(key).every(([field, value]) => item[field] === value)
}
