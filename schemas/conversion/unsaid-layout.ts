import type { ApiVersion } from '../api-version.ts'
import { type Field, valueAt } from '../fields.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import { isExternal, layoutOf, sizeOf } from '../layout.ts'
import type { Pool } from '../mcrouter.ts'
import type { Violation } from '../validation/violation.ts'

/**
 * What is refused of an update through a version that has one number for how many servers the main pool has: of shards with copies
 * it sees the shards, and of external servers how many they are. Another number would mean something else than it reads, or nothing.
 * @param before the stored object, and `now` what is to be stored, both in the stored version
 * @param through the version in which the update was written
 */
export function unsaidLayout(
  before: JsonObject,
  now: JsonObject,
  through: ApiVersion,
  stored: ApiVersion,
): Violation[] {
  if (through.name === stored.name || !isJsonObject(before.spec) || !isJsonObject(now.spec)) return []
  const [was, is] = [complete(before.spec, stored), complete(now.spec, stored)]
  const main = stored.complete(was)?.pools[0]
  const what = main === undefined ? undefined : unsayable(main, stored)
  const changed = LAYOUT.find(
    (field) => valueAt(was, stored.keysOf(field)) !== valueAt(is, stored.keysOf(field)),
  )
  if (what === undefined || changed === undefined) return []
  const message = `Forbidden: the pool has ${what.text}, which ${through.name} has no words for: write ${stored.name}, and change ${what.fields} there`
  return [{ path: `spec.${through.fieldPath(changed)}`, reason: 'FieldValueForbidden', message }]
}

function complete(spec: JsonObject, { withDefaults, settled }: ApiVersion): JsonObject {
  return settled(withDefaults(spec))
}

const LAYOUT: readonly Field[] = ['pool.shards', 'pool.copies']

/** A layout that is neither of shards alone nor of copies alone. */
function unsayable(pool: Pool, { fieldPath }: ApiVersion) {
  const { shards, copies, topology, external } = pool
  if (isExternal(pool))
    return { text: `${external.length} external servers`, fields: fieldPath('pool.external') }
  const said = layoutOf(topology, sizeOf(pool))
  if (said.shards === shards && said.copies === copies) return undefined
  return {
    text: `${shards} shards x ${copies} copies`,
    fields: LAYOUT.map((field) => fieldPath(field)).join(' and '),
  }
}
