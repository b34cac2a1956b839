import { countedBy, counting, type Layout, sizeOf, topologyOf } from '../layout.ts'
import type { Pool, Topology } from '../mcrouter.ts'

/** Which number of the main pool it is that a scale sets. */
export type ReplicasOf = 'Shards' | 'Copies'

/** Of a pool that does not say it. */
export const DEFAULT_LAYOUT: Layout = { shards: 3, copies: 1 }

/** Counts as they are written, each of which may be left out. */
export type GivenCounts = { readonly [Name in keyof Counts]?: Counts[Name] | undefined }

/** With the default of what is left out. Copies alone are of one shard: a scale could not add one to several. */
export function completeCounts(given: GivenCounts): Counts {
  const shards = given.replicasOf === 'Copies' ? 1 : DEFAULT_LAYOUT.shards
  return { ...given, shards: given.shards ?? shards, copies: given.copies ?? DEFAULT_LAYOUT.copies }
}

/** What a spec says of how many servers of its own the main pool has. */
export interface Counts extends Layout {
  /** What kubectl scale and autoscalers set, and nothing beside it: it wins over the number that it counts. */
  readonly replicas?: number | undefined
  readonly replicasOf?: ReplicasOf | undefined
  /** In which its copies are; where there are any, a scale adds shards. */
  readonly zones?: readonly unknown[] | undefined
}

/** In step: both numbers say the same. */
export interface InStep extends Counts {
  readonly replicas: number
}

/** What a further server of the pool adds, and so what its replicas count: that follows from what was written, and no scale changes it. */
export function topologyIn(counts: Counts): Topology {
  const { shards, replicasOf } = counts
  if (shards > 1 || isInZones(counts)) return counting('shards')
  if (replicasOf === undefined) return impliedTopology(counts)
  return counting(replicasOf === 'Copies' ? 'copies' : 'shards')
}

/** The same where no word says it. A scale cannot name the zone of a further copy. */
export function impliedTopology(counts: Layout & Pick<Counts, 'zones'>): Topology {
  return isInZones(counts) ? counting('shards') : topologyOf(counts)
}

function isInZones({ zones = [] }: Pick<Counts, 'zones'>): boolean {
  return zones.length > 0
}

/** The word for a number that replicas count. */
export function replicasOf(counted: keyof Layout): ReplicasOf {
  return counted === 'copies' ? 'Copies' : 'Shards'
}

/** The field that replicas count. */
export function countedIn(counts: Counts): keyof Layout {
  return countedBy(topologyIn(counts))
}

/** The layout once a scale has its effect. */
export function scaledLayout(counts: Counts): Pick<Pool, 'shards' | 'copies' | 'topology'> {
  const { shards, copies, replicas } = counts
  const layout = { shards, copies, topology: topologyIn(counts) }
  // One shard of several would make copies of what was refused.
  if (isContradictory(counts)) return layout
  return countedBy(layout.topology) === 'copies'
    ? { shards, copies: replicas ?? copies, topology: layout.topology }
    : { shards: replicas ?? shards, copies, topology: layout.topology }
}

/** The same with replicas written into what they count, or what they count into replicas that are left out. */
export function inStep(counts: Counts): InStep {
  const scaled = scaledLayout(counts)
  const { shards, copies, topology } = scaled
  const { zones } = counts
  // Of one server, or one shard, it would not follow any more.
  const isImplied = topology === impliedTopology({ shards, copies, zones })
  const said = isImplied ? counts.replicasOf : replicasOf(countedBy(topology))
  return {
    shards,
    copies,
    replicas: sizeOf(scaled),
    ...(said !== undefined && { replicasOf: said }),
    ...(zones !== undefined && { zones }),
  }
}

/** Without a word for what they count that follows from the layout. */
export function withoutImplied({ replicasOf, ...step }: InStep): InStep {
  return topologyIn({ ...step, replicasOf }) === impliedTopology(step) ? step : { ...step, replicasOf }
}

/** Copies of several shards, or in zones, are not what replicas can count. */
export function isContradictory(counts: Counts): boolean {
  return (counts.shards > 1 || isInZones(counts)) && counts.replicasOf === 'Copies'
}
