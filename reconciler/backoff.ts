/** Milliseconds to wait after the n-th failure in a row (n from 1): base·2ⁿ⁻¹, at most max. */
export function exponential(failures: number, baseMs: number, maxMs: number): number {
  // 2 ** 1024 is Infinity, which Math.min still bounds.
  return Math.min(maxMs, baseMs * 2 ** (failures - 1))
}
