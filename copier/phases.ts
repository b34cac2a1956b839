import { sleep } from '../process/clock.ts'
import { GiveUpError, ServerError } from './give-up.ts'
import { adopt } from './passes/adopt.ts'
import { copy } from './passes/copy.ts'
import { discard, type Layout } from './passes/discard.ts'
import { addMissing, flip } from './passes/flip.ts'
import { mirror } from './passes/mirror.ts'
import { destinationsOf, type Move, sourcesOf, stayingOf } from './passes/move.ts'
import { goThrough, type Kind } from './passes/pass.ts'
import type { Transfer } from './passes/transfer.ts'
import { textOf } from './servers/dial.ts'

/** What the routers do, all of them, while this is worked on (docs/adr/0052-copier.md). */
export const PHASES = ['clean', 'copy', 'mirror', 'flip', 'purge'] as const
export type Phase = (typeof PHASES)[number]

/** What is told while a phase is worked on. */
export interface Told {
  readonly transfer: Transfer
  /** Seconds that copying the keys of one source may take. */
  readonly longestSeconds: number
  /** Told of each pass that begins, from 1. */
  readonly onPass: (pass: number) => void
  /** Told why something is tried again. */
  readonly onTrouble: (error: ServerError) => void
}

/** So few changes in a pass that further ones bring no more: the greater of the two. */
const FEW = { keys: 100, share: 0.01 }
const MOST_PASSES = 5
const AGAIN_MS = 1_000
/** Milliseconds for which a server may be unreachable. */
const PATIENCE_MS = 300_000

/**
 * Works on a phase until it is done.
 * @param remembers whether this process has made the copies, and knows them
 * @throws {GiveUpError} when it cannot be
 */
export async function workOn(phase: Phase, told: Told, remembers: boolean): Promise<void> {
  const { transfer } = told
  if (phase === 'clean') return await clean(told)
  if (phase === 'purge') return await discardAll(told, stayingOf(transfer.move), 1)
  needCas(transfer)
  if (phase === 'copy') {
    transfer.forget()
    await clean(told)
    return await passes(told, { step: copy, asksForGone: true, longestSeconds: told.longestSeconds }, 1)
  }
  if (phase === 'mirror') {
    if (!remembers) await persist(told, () => adopt(transfer))
    const least = [...transfer.servers.values()].every(({ dialect }) => dialect.listing === 'hash') ? 2 : 3
    return await passes(told, { step: mirror, asksForGone: true }, least)
  }
  const kind: Kind = remembers ? { step: flip, asksForGone: true } : { step: addMissing, asksForGone: false }
  if (!remembers) transfer.forget()
  told.onPass(1)
  await persist(told, () => goThrough(transfer, kind))
}

/** Indexes of the servers that a phase has to do with: of those that go, none is left when it comes to `purge`. */
export function serversOf(phase: Phase, move: Move): number[] {
  if (phase === 'clean') return destinationsOf(move)
  return phase === 'purge' ? stayingOf(move) : [...sourcesOf(move), ...destinationsOf(move)]
}

/** @throws {GiveUpError} */
function needCas({ servers }: Transfer): void {
  for (const { hasCas, address } of servers.values()) {
    if (!hasCas) {
      const why = 'it runs with -C, and cannot tell one value of a key from the next'
      throw new GiveUpError('CasDisabled', `${textOf(address)}: ${why}`)
    }
  }
}

async function clean(told: Told): Promise<void> {
  await discardAll(told, destinationsOf(told.transfer.move), 0)
}

async function discardAll(told: Told, indexes: readonly number[], layout: Layout): Promise<void> {
  for (const index of indexes) await persist(told, () => discard(told.transfer, index, layout))
}

async function passes(told: Told, kind: Kind, least: number): Promise<void> {
  const { transfer } = told
  for (const index of destinationsOf(transfer.move)) await persist(told, () => transfer.watch(index))
  for (let pass = 1; pass <= MOST_PASSES; pass += 1) {
    told.onPass(pass)
    await persist(told, () => goThrough(transfer, kind))
    if (pass >= least && transfer.changed <= Math.max(FEW.keys, transfer.found * FEW.share)) return
  }
}

/** Does it again while a server does not answer. */
export async function persist(
  told: Pick<Told, 'onTrouble'> & { readonly transfer: Pick<Transfer, 'clock' | 'signal'> },
  work: () => Promise<unknown>,
): Promise<void> {
  const { clock, signal } = told.transfer
  const since = clock.monotonic()
  for (;;) {
    try {
      await work()
      return
    } catch (error) {
      if (signal.aborted || !(error instanceof ServerError)) throw error
      told.onTrouble(error)
      if (clock.monotonic() - since >= PATIENCE_MS) throw new GiveUpError('ServerUnreachable', error.message)
      await sleep(clock, AGAIN_MS, signal)
    }
  }
}
