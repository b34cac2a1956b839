import jsonpatch from 'fast-json-patch'
import type { JsonObject } from '../../schemas/json.ts'
import type { PatchOperation } from './verdict.ts'

/**
 * The smallest patch that gives `object` this spec: whatever is equal is not named, so that two webhooks
 * (or one and an older release of itself) do not overwrite each other.
 * Of fast-json-patch only `compare` is used: it reads, it never applies what a caller wrote.
 */
export function difference(object: JsonObject, spec: JsonObject): PatchOperation[] {
  const operations: PatchOperation[] = []
  const before = object.spec === undefined ? {} : { spec: object.spec }
  for (const operation of jsonpatch.compare(before, { spec })) {
    const { op, path } = operation
    if (op === 'remove') operations.push({ op, path })
    else if (op === 'add' || op === 'replace') operations.push({ op, path, value: operation.value })
  }
  return operations
}
