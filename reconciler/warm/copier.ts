import type { EpochMs } from '../../process/clock.ts'

/** What a copier does: docs/adr/0052-copier.md. */
export type CopierPhase = 'clean' | 'copy' | 'mirror' | 'flip' | 'purge'

/** What a copier is to do for a pool. The same order again changes nothing. */
export interface CopierOrder {
  /** Of the resize: another one begins anew. */
  readonly id: string
  readonly phase: CopierPhase
  /** Servers before and after. */
  readonly from: number
  readonly to: number
}

/** What a copier says of the order that it was given last. */
export interface CopierProgress {
  readonly id: string
  readonly phase: CopierPhase
  readonly state: 'working' | 'done' | 'gaveUp'
  /** Why, where it gave up. */
  readonly code?: string
}

/** The copier of a pool, as far as it can be seen. */
export interface CopierSeen {
  /** Undefined while it is not there, does not answer, or has no order. */
  readonly progress: CopierProgress | undefined
  /** Since when it does not answer, though it has had an order to; undefined while it does. */
  readonly silentSince: EpochMs | undefined
}
