/**
 * How a pool is laid out, in CEL, as counts.ts has it: a scale changes replicas of the main pool alone, and nobody but the API server
 * need have seen it.
 */
export interface CelLayout {
  readonly shards: string
  readonly copies: string
}

/** @param pool what leads to it from the node of a rule */
export function layoutOfMain(pool: string): CelLayout {
  const ofCopies = isOfCopies(pool)
  return {
    shards: `(has(${pool}.replicas) && !(${ofCopies}) ? ${pool}.replicas : ${pool}.shards)`,
    copies: `(has(${pool}.replicas) && ${ofCopies} ? ${pool}.replicas : ${pool}.copies)`,
  }
}

/** Whether replicas and what they count say the same. */
export function isInStep(pool: string): string {
  return `${pool}.replicas == (${isOfCopies(pool)} ? ${pool}.copies : ${pool}.shards)`
}

function isOfCopies(pool: string): string {
  return `${pool}.shards == 1 && (has(${pool}.replicasOf) ? ${pool}.replicasOf == 'Copies' : ${pool}.copies > 1)`
}

export function layoutOfFurther(pool: string): CelLayout {
  return { shards: `${pool}.shards`, copies: `${pool}.copies` }
}

/** What is said of copies beside servers of others is of no account. */
export function hasOneCopy(pool: string, { copies }: CelLayout): string {
  return `(${copies} == 1 || ${pool}.external.size() > 0)`
}
