import type { ApiVersion } from '../api-version.ts'
import { type Field, valueAt, withValue } from '../fields.ts'
import type { JsonObject } from '../json.ts'
import type { Topology } from '../mcrouter.ts'
import { without } from '../validation/unsound.ts'

const LAYOUT: readonly Field[] = ['pool.topology', 'pool.shards', 'pool.copies']

/** What another version says of a spec, in the stored one. */
export interface Seen {
  /** Of the spec as it was kept. */
  readonly before: JsonObject
  readonly now: JsonObject
}

/**
 * A merge into the stored version, in which another size is a scale, since other versions have one number for the layout: replicas
 * change, and settling them changes what they count. Member by member, shards alone would change, as if somebody had written another
 * layout. Of servers that others run nothing changes.
 */
export function withKeptLayout(
  merged: JsonObject,
  kept: JsonObject,
  { before, now }: Seen,
  to: ApiVersion,
): JsonObject {
  const topology = topologyOfMain(now, to)
  if (!to.storage || topology === undefined || topology !== topologyOfMain(before, to)) return merged
  return LAYOUT.reduce((spec, field) => {
    const keys = to.keysOf(field) ?? []
    const value = valueAt(kept, keys)
    return value === undefined ? without(spec, [keys]) : withValue(spec, keys, value)
  }, merged)
}

/** What another server of the main pool would add; undefined where the spec is not sound. */
function topologyOfMain(spec: JsonObject, { complete, withDefaults }: ApiVersion): Topology | undefined {
  return complete(withDefaults(spec))?.pools[0].topology
}
