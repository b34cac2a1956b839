import type { ApiVersion } from '../api-version.ts'
import type { Field } from '../fields.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import { isExternal, layoutOf, sizeOf } from '../layout.ts'
import type { Pool } from '../mcrouter.ts'
import type { Violation } from '../validation/violation.ts'

/** An update as its version has it, both specs complete. */
export interface Update {
  readonly before: JsonObject
  readonly now: JsonObject
  readonly through: ApiVersion
}

/**
 * What is refused of an update through a version that has one number for how many servers the main pool has: of shards with copies
 * it sees the shards, and of external servers how many they are. Another number would mean something else than it reads, or nothing.
 * @param kept the object before the update, in the version that is stored
 */
export function unsaidLayout(
  kept: JsonObject,
  { before, now, through }: Update,
  stored: ApiVersion,
): Violation[] {
  if (through.name === stored.name || !isJsonObject(kept.spec)) return []
  const main = stored.complete(stored.settled(stored.withDefaults(kept.spec)))?.pools[0]
  const what = main === undefined ? undefined : unsayable(main, stored)
  const [was, is] = [before, now].map(({ spec }) => mainOf(spec, through))
  if (what === undefined || was === undefined || is === undefined) return []
  const changed = was.topology === is.topology ? 'pool.shards' : 'pool.topology'
  if (changed === 'pool.shards' && sizeOf(was) === sizeOf(is)) return []
  const message = `Forbidden: the pool has ${what.text}, which ${through.name} has no words for: write ${stored.name}, and change ${what.fields} there`
  return [{ path: `spec.${through.fieldPath(changed)}`, reason: 'FieldValueForbidden', message }]
}

/** As the version has it; undefined where its spec is not sound. */
function mainOf(spec: unknown, { complete, withDefaults }: ApiVersion): Pool | undefined {
  return isJsonObject(spec) ? complete(withDefaults(spec))?.pools[0] : undefined
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
