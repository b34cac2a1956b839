import type { Due } from '../keys/work-list.ts'
import { type Deed, NOTHING } from './deeds.ts'
import type { Transfer } from './transfer.ts'

/**
 * While clients use the old places alone: nobody writes to the new ones, so that what is there may be replaced. On a server that is full
 * no key gets a copy that has none: the hottest were first.
 */
export async function copy(
  transfer: Transfer,
  source: number,
  due: readonly Due[],
): Promise<readonly Deed[]> {
  const table = transfer.table(source)
  const wanted = due.filter(({ row, cas, exp }) => {
    const hasNoPlace = transfer.full.has(table.place(row)) && table.known(row).copyCas === 0n
    if (hasNoPlace) table.learn(row, { copiedCas: cas, copyCas: 0n, exp })
    return !hasNoPlace
  })
  const items = await transfer.server(source).get(wanted.map(({ row }) => table.key(row)))
  return wanted.flatMap((listed, index): Deed[] => {
    const { row } = listed
    const item = items[index]
    const { copiedCas, copyCas } = table.known(row)
    if (item === undefined) {
      if (copyCas !== 0n) return [{ kind: 'remove', row, listed, condition: 'always' }]
      table.learn(row, NOTHING)
      return []
    }
    // The list has missed it.
    if (listed.cas === 0n && item.cas === copiedCas) return []
    return [{ kind: 'store', row, listed, item, condition: 'always' }]
  })
}
