/**
 * What a spec may hold to be converted at all: twenty times as many values as one with everything in it, and as deep as admission
 * looks. What holds more is valid in no version; the work on it would only grow with what a hostile writer sends.
 */
export const MOST_VALUES = 10_000
export const DEEPEST = 100

/** Whether all of it is within these bounds. Looks at no more than they allow. */
export function isBounded(value: unknown): boolean {
  let left = MOST_VALUES
  const fits = (inner: unknown, levels: number): boolean => {
    left -= 1
    if (left < 0) return false
    if (typeof inner !== 'object' || inner === null) return true
    const values: readonly unknown[] = Array.isArray(inner) ? inner : Object.values(inner)
    return levels > 0 && values.every((one) => fits(one, levels - 1))
  }
  return fits(value, DEEPEST)
}
