import { completeCounts } from './counts.ts'

/**
 * How a pool is laid out, in CEL, as counts.ts has it: a scale changes replicas of the main pool alone, and nobody but the API server
 * need have seen it, nor have filled in what was left out.
 */
export interface CelLayout {
  readonly shards: string
  readonly copies: string
}

/** @param pool what leads to it from the node of a rule */
export function layoutOfMain(pool: string): CelLayout {
  const ofCopies = isOfCopies(pool)
  const { shards, copies } = completeOf(pool)
  return {
    shards: `(has(${pool}.replicas) && !(${ofCopies}) ? ${pool}.replicas : ${shards})`,
    copies: `(has(${pool}.replicas) && ${ofCopies} ? ${pool}.replicas : ${copies})`,
  }
}

/** The counts that are written, or else their defaults, whatever replicas say. */
export function completeOf(pool: string): CelLayout {
  const ofCopies = completeCounts({ replicasOf: 'Copies' }).shards
  const { shards, copies } = completeCounts({})
  return {
    shards: `(has(${pool}.shards) ? ${pool}.shards : has(${pool}.replicasOf) && ${pool}.replicasOf == 'Copies' ? ${ofCopies} : ${shards})`,
    copies: `(has(${pool}.copies) ? ${pool}.copies : ${copies})`,
  }
}

/** Whether replicas and what they count say the same; what is left out follows them where it is what they counted before. */
export function isInStep(pool: string, before: string): string {
  const isSame = (name: keyof CelLayout, isCounted: string) =>
    `(has(${pool}.${name}) ? ${pool}.replicas == ${pool}.${name} : ${isCounted})`
  const wasOfCopies = isOfCopies(before)
  return `(${isOfCopies(pool)} ? ${isSame('copies', wasOfCopies)} : ${isSame('shards', `!(${wasOfCopies})`)})`
}

function isOfCopies(pool: string): string {
  const { shards, copies } = completeOf(pool)
  return `${shards} == 1 && !(${isInZones(pool)}) && (has(${pool}.replicasOf) ? ${pool}.replicasOf == 'Copies' : ${copies} > 1)`
}

/** Asked with has(): what was stored before there were zones need not have any. */
export function isInZones(pool: string): string {
  return `has(${pool}.zones) && ${pool}.zones.size() > 0`
}

export function layoutOfFurther(pool: string): CelLayout {
  return { shards: `${pool}.shards`, copies: `${pool}.copies` }
}

/** What is said of copies beside servers of others is of no account. */
export function hasOneCopy(pool: string, { copies }: CelLayout): string {
  return `(${copies} == 1 || ${pool}.external.size() > 0)`
}
