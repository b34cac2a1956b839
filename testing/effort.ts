/** Of all that is generated in this process. Print it: the same seed, the same cases. */
export const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)

/** How many times as many runs as the tests have in everyday life: more with `npm run fuzz`. */
const TIMES = Number(process.env.FUZZ_RUNS ?? 1)

/** For fast-check. */
export function effort(runs: number): { readonly numRuns: number; readonly seed: number } {
  return { numRuns: Math.ceil(runs * TIMES), seed: SEED }
}
