import type { EpochMs } from '../../process/clock.ts'
import type { RoutedPhase } from '../observe/resize-phase.ts'
import type { CopierOrder, CopierSeen } from './copier.ts'
import type { ResizeRecord } from './resize-record.ts'

/** A pool of shards, as far as resizing it warm is concerned. All of it is read anew for each pass. */
export interface WarmState {
  /** Servers that the spec asks for. */
  readonly wanted: number
  /** Replicas of the StatefulSet. */
  readonly running: number
  /** Whether the servers that a larger size adds are Ready and have their names; a smaller one waits for none. */
  readonly ready: boolean
  /** What the published text says. */
  readonly phase: RoutedPhase
  /** Since when the routers could have read it. */
  readonly publishedAt: EpochMs
  /** Whether every router runs it. */
  readonly confirmed: boolean
  /** Why no keys can be copied from what is published to what is wanted, if so: a reason of routing/warmth.ts, or that nobody wants it. */
  readonly cold: string | undefined
  /** Whether a copier may list the keys of these servers, to take away what nobody can reach. */
  readonly purges: boolean
  readonly record: ResizeRecord | undefined
  readonly copier: CopierSeen
}

/** In milliseconds. */
export interface WarmPatience {
  /** In which every router has to run what is published. */
  readonly confirmMs: number
  /** In which a copier has to answer. */
  readonly copierMs: number
  /** In which the keys have to be copied, and again in which copies have to be made equal. */
  readonly resizeMs: number
}

export type WarmWait = 'servers' | 'confirmation' | 'copier'

/** What a pool is to be now. The same again changes nothing, whoever has carried out how much of it. */
export interface WarmStep {
  /** What is to be published. */
  readonly routing: RoutedPhase
  /** For how many servers the pool is to be scaled, by the order in which any pool is. */
  readonly size: number
  /** What the copier is told; `keep` tells it nothing, undefined has none. */
  readonly copier: CopierOrder | 'keep' | undefined
  /** To be written together with the configuration. */
  readonly record: ResizeRecord | undefined
  /** Undefined when nothing of the resize is left to be done but the removal of servers. */
  readonly wait?: WarmWait
}

/** Whether some router has not run what is published in the time that it has. */
export function isOverdue({ publishedAt }: WarmState, { confirmMs }: WarmPatience, now: EpochMs): boolean {
  return now - publishedAt >= confirmMs
}
