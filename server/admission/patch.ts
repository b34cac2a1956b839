import jsonpatch from 'fast-json-patch'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import type { PatchOperation } from './verdict.ts'

/**
 * The smallest patch that gives `object` this spec: whatever is equal is not named, so that two webhooks
 * (or one and an older release of itself) do not overwrite each other.
 * Of fast-json-patch only `compare` is used: it reads, it never applies what a caller wrote.
 */
export function difference(object: JsonObject, spec: JsonObject): PatchOperation[] {
  if (isSame(object.spec, spec)) return []
  const operations: PatchOperation[] = []
  const before = object.spec === undefined ? {} : { spec: object.spec }
  for (const operation of jsonpatch.compare(before, { spec })) {
    const { op, path } = operation
    if (op === 'remove') operations.push({ op, path })
    else if (op === 'add' || op === 'replace') operations.push({ op, path, value: operation.value })
  }
  return operations
}

/** Settles it for a spec that was complete already: judging leaves it as it is, or copies its fields and not what is in them. */
function isSame(before: unknown, spec: JsonObject): boolean {
  if (!isJsonObject(before)) return false
  const fields = Object.keys(spec)
  return (
    fields.length === Object.keys(before).length && fields.every((field) => spec[field] === before[field])
  )
}
