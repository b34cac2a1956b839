import { type Field, type Settings, valueAt } from '../fields.ts'
import { isJsonObject } from '../json.ts'
import type { Written } from './rules/rule.ts'

/** Whether the spec has this pool, and does not only have it follow from another, as what is made for a gutter does. */
export function isWritten(index: number, { spec, version }: Written): boolean {
  const keys = index === 0 ? undefined : version.keysOf('pool.name', index)
  return keys === undefined || valueAt(spec, keys) !== undefined
}

/** Whether a gutter is made for this pool, which has one and names none. */
export function hasMadeGutter(index: number, { spec, version }: Written): boolean {
  const gutter = valueAt(spec, version.keysOf('pool.gutter', index))
  return isJsonObject(gutter) && gutter.pool === undefined
}

/** The path of a pool's field; of a pool that is made for a gutter, that of the gutter. */
export function poolFieldPath(
  field: Field,
  index: number,
  { pools }: Pick<Settings, 'pools'>,
  written: Written,
): string {
  const { fieldPath } = written.version
  if (isWritten(index, written)) return fieldPath(field, index)
  const name = pools[index]?.name
  const owner = pools.findIndex(({ gutter }) => gutter?.pool === name)
  return fieldPath('pool.gutter', Math.max(owner, 0))
}
