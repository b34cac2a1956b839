import type { Due } from '../keys/work-list.ts'
import { type Deed, NOTHING } from './deeds.ts'
import { copiesOf } from './mirror.ts'
import type { Transfer } from './transfer.ts'

/**
 * Once clients read from the new places and write to both: what the old place got from a router that was late, unless the new place was
 * written since it got its copy.
 */
export async function flip(
  transfer: Transfer,
  source: number,
  due: readonly Due[],
): Promise<readonly Deed[]> {
  const table = transfer.table(source)
  const items = await transfer.server(source).get(due.map(({ row }) => table.key(row)))
  return due.flatMap((listed, index): Deed[] => {
    const { row } = listed
    const item = items[index]
    const { copiedCas, copyCas } = table.known(row)
    // The list has missed it.
    if (listed.cas === 0n && item?.cas === copiedCas) return []
    if (item !== undefined)
      return [{ kind: 'store', row, listed, item, condition: copyCas === 0n ? 'absent' : copyCas }]
    if (copyCas !== 0n) return [{ kind: 'remove', row, listed, condition: copyCas }]
    table.learn(row, NOTHING)
    return []
  })
}

/** The same without a memory of the copies: what is missing is added, and nothing is known of what may be replaced. */
export async function addMissing(
  transfer: Transfer,
  source: number,
  due: readonly Due[],
): Promise<readonly Deed[]> {
  const table = transfer.table(source)
  const copies = await copiesOf(transfer, source, due)
  const missing = due.filter(({ row }) => !copies.has(row))
  const items = await transfer.server(source).get(missing.map(({ row }) => table.key(row)))
  return missing.flatMap((listed, index): Deed[] => {
    const item = items[index]
    return item === undefined ? [] : [{ kind: 'store', row: listed.row, listed, item, condition: 'absent' }]
  })
}
