/**
 * What routers do with the keys that a pool's new size moves, once they have been copied and before the pool is simply of that
 * size: `mirror` answers from where they were, `flip` from where they will be, and both write to both places.
 */
export type ResizePhase = 'mirror' | 'flip'

/** A pool on its way from so many servers to others, each key on one of them. Both are at least 1, and they differ. */
export interface Resize {
  readonly from: number
  readonly to: number
  readonly phase: ResizePhase
}

/** Servers of which routers know meanwhile. */
export function serversDuring({ from, to }: Pick<Resize, 'from' | 'to'>): number {
  return Math.max(from, to)
}

/** Those of them, from ordinal 0, that are in the pool before and after. */
export function serversKept({ from, to }: Pick<Resize, 'from' | 'to'>): number {
  return Math.min(from, to)
}
