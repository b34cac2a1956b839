import { isJsonObject } from '../../../schemas/json.ts'
import { quote } from '../../../text/quote.ts'
import type { Written } from '../route-handle-type.ts'

/** What mcrouter drops of the shadows with a line in its log, or takes and shadows nothing (routes/ShadowSettings.cpp). */
export function shadowsRule(handle: Written): void {
  const { shadows } = handle.options
  if (!Array.isArray(shadows)) return
  const size = handle.pool?.size ?? handle.led('children')?.count
  for (const [index, shadow] of shadows.entries()) {
    if (isJsonObject(shadow)) judgeShadow(handle, shadow, index, size)
  }
}

function judgeShadow(
  handle: Written,
  shadow: Readonly<Record<string, unknown>>,
  index: number,
  size: number | undefined,
): void {
  const at = ['shadows', index] as const
  const { index_range: servers, key_fraction_range: keys, keys_to_shadow: chosen } = shadow
  if (chosen !== undefined) {
    for (const option of ['index_range', 'key_fraction_range']) {
      if (shadow[option] === undefined) continue
      const message = `Forbidden: keys_to_shadow says which keys, ${option} would as well`
      handle.complain([...at, option], 'FieldValueForbidden', message)
    }
  } else {
    for (const option of ['index_range', 'key_fraction_range']) {
      if (shadow[option] !== undefined) continue
      const message = `Required value: without ${option} nothing is shadowed`
      handle.complain([...at, option], 'FieldValueRequired', message)
    }
  }
  judgeRange(handle, [...at, 'index_range'], servers, size)
  judgeRange(handle, [...at, 'key_fraction_range'], keys, 1)
  const [target] = handle.led(`shadows.${index}.target`)?.routes ?? []
  if (handle.pool !== undefined && target?.pool?.name === handle.pool.name) {
    const message = `Invalid value: ${quote(handle.pool.name)}: must be another pool than the one that is shadowed`
    handle.complain([...at, 'target'], 'FieldValueInvalid', message)
  }
}

/** The end is not part of it, so that one of equal ends is empty. */
function judgeRange(
  handle: Written,
  at: readonly (string | number)[],
  range: unknown,
  most: number | undefined,
): void {
  if (!Array.isArray(range) || range.length !== 2) return
  const [start, end]: unknown[] = range
  if (typeof start !== 'number' || typeof end !== 'number') return
  const wrong = (must: string) => {
    handle.complain(at, 'FieldValueInvalid', `Invalid value: [${start}, ${end}]: ${must}`)
  }
  if (start >= end) wrong('the end, which is not part of it, must be greater than the start')
  else if (most !== undefined && end > most) wrong(`must end at ${most} or before`)
}
