import type { Relieved } from '../api-version.ts'
import { defaultItemSize, itemBytes, largestItem } from '../formats/item-size.ts'
import { isJsonObject } from '../json.ts'
import type { Writing } from '../validation/writing.ts'

const FIELD = 'memcached_max_item_size'
/** Earlier releases stored it in every object that had no item size. */
const FORMER = '32m'

/**
 * A spec without the item size that an earlier release stored as a default, where a change of the memory leaves no room for it:
 * nobody is to be refused for what they never wrote. A default follows the memory.
 */
export function withoutFormerDefault(spec: unknown, { mergedInto, wrote }: Writing): Relieved {
  const kept: Relieved = { spec, warnings: [] }
  if (!isJsonObject(spec) || spec[FIELD] !== FORMER || mergedInto?.[FIELD] !== FORMER) return kept
  const memory = spec.memcached_memory_mb
  if (typeof memory !== 'number' || (itemBytes(largestItem(memory)) ?? 0) >= (itemBytes(FORMER) ?? 0))
    return kept
  if (wrote(FIELD)) return kept
  const { [FIELD]: _, ...rest } = spec
  const warning = `spec.${FIELD} ${FORMER}, which looks like the default of an earlier release, is taken out: it is ${defaultItemSize(memory)} now, half of memcached_memory_mb; if you meant it, write a size that fits`
  return { spec: rest, warnings: [warning] }
}
