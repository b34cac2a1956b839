/** @throws RangeError when there is no sample */
export function median(samples: readonly number[]): number {
  return percentile(samples, 50)
}

/** Nearest-rank: https://en.wikipedia.org/wiki/Percentile#The_nearest-rank_method
 * @param rank 0..100
 * @throws RangeError when there is no sample
 */
export function percentile(samples: readonly number[], rank: number): number {
  const sorted = samples.toSorted((one, other) => one - other)
  const value = sorted[Math.max(0, Math.ceil((rank / 100) * sorted.length) - 1)]
  if (value === undefined) throw new RangeError('there is no sample')
  return value
}
