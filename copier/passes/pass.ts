import { isReachable, type Listed } from '../dump/dump-line.ts'
import { GiveUpError } from '../give-up.ts'
import { type Due, WorkList } from '../keys/work-list.ts'
import { textOf } from '../servers/dial.ts'
import { batchesOf } from './batches.ts'
import { carryOut, type Deed } from './deeds.ts'
import { placesOf } from './move.ts'
import type { Transfer } from './transfer.ts'

/** Of keys of one source that differ from what was copied, what is to be done. */
export type Step = (transfer: Transfer, source: number, due: readonly Due[]) => Promise<readonly Deed[]>

/** How a phase goes through the keys. */
export interface Kind {
  readonly step: Step
  /** Whether copies of keys that are listed no more are looked at. */
  readonly asksForGone: boolean
  /** Seconds that the keys of one source may take; undefined: as long as it takes. */
  readonly longestSeconds?: number
}

/** Sources at the same time. */
const AT_ONCE = 4
/** Marks of passes come round: rows hold 8 bits, and 0 is none. */
const MARKS = 255

/**
 * Goes through the keys of all sources once.
 * @throws {ServerError} when one does not answer: the pass has to begin anew
 */
export async function goThrough(transfer: Transfer, kind: Kind): Promise<void> {
  const mark = (transfer.passes % MARKS) + 1
  transfer.passes += 1
  transfer.changed = 0
  transfer.left = 0
  const waiting = transfer.tables.keys()
  const worker = async () => {
    for (const source of waiting) await goThroughSource(transfer, kind, source, mark)
  }
  const workers = Array.from({ length: AT_ONCE }, worker)
  // None is left at work when the next pass begins.
  const ended = await Promise.allSettled(workers)
  for (const end of ended) if (end.status === 'rejected') throw end.reason
}

async function goThroughSource(transfer: Transfer, kind: Kind, source: number, mark: number): Promise<void> {
  const work = new WorkList(transfer.memory)
  try {
    await transfer.watch(source)
    await list(transfer, source, mark, work)
    if (kind.asksForGone) addGone(transfer, source, mark, work)
    refuseTooLong(transfer, source, work.length, kind.longestSeconds)
    transfer.left += work.length
    for (const due of batchesOf(work.hottestFirst())) {
      await transfer.pace(source, due.length)
      await carryOut(transfer, source, await kind.step(transfer, source, due))
      transfer.left -= due.length
    }
  } finally {
    work.clear()
  }
}

/** What moves and differs from what was copied is to be looked at. */
async function list(transfer: Transfer, source: number, mark: number, work: WorkList): Promise<void> {
  const table = transfer.table(source)
  const each = ({ key, cas, exp, la, size }: Listed) => {
    if (!isReachable(key)) return
    const [old, place] = placesOf(key, transfer.move)
    if (old !== source || place === source) return
    if (cas === 0n) throw new GiveUpError('CasDisabled', 'it lists keys without a cas, as with -C')
    const row = table.row(key, place)
    table.see(row, mark)
    const known = table.known(row)
    if (known.copiedCas !== cas || known.exp !== exp) work.add({ row, cas, exp, size }, la)
  }
  await transfer.crawler.list(transfer.server(source), each, transfer.signal)
}

/** A list may miss keys, so each has to be asked for. What was read long ago comes last. */
function addGone(transfer: Transfer, source: number, mark: number, work: WorkList): void {
  const table = transfer.table(source)
  for (const row of table.unseen(mark)) work.add({ row, cas: 0n, exp: table.known(row).exp, size: 0 }, 0)
}

function refuseTooLong(transfer: Transfer, source: number, keys: number, seconds: number | undefined): void {
  const needed = Math.ceil(keys / transfer.rate)
  if (seconds === undefined || needed <= seconds) return
  const where = textOf(transfer.server(source).address)
  throw new GiveUpError(
    'TooSlow',
    `${where}: ${keys} keys move, which takes ${needed} s at ${transfer.rate} keys/s, and ${seconds} s are allowed`,
  )
}
