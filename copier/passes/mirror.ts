import type { Due } from '../keys/work-list.ts'
import { type Item, isSame } from '../servers/item.ts'
import { type Deed, NOTHING } from './deeds.ts'
import type { Transfer } from './transfer.ts'

/**
 * While clients write to both places and read from the old ones. The new place is asked first, then the old one, and what is done
 * holds only while the new place is as it was: what has come in between is newer.
 */
export async function mirror(
  transfer: Transfer,
  source: number,
  due: readonly Due[],
): Promise<readonly Deed[]> {
  const table = transfer.table(source)
  const wanted = transfer.isAdopted ? due.filter((one) => hasPlace(transfer, source, one)) : due
  const copies = await copiesOf(transfer, source, wanted)
  const items = await transfer.server(source).get(wanted.map(({ row }) => table.key(row)))
  return wanted.flatMap((listed, index): Deed[] => {
    const { row, exp } = listed
    const [item, found] = [items[index], copies.get(row)]
    if (item === undefined && found === undefined) table.learn(row, NOTHING)
    else if (item === undefined) return [{ kind: 'remove', row, listed, condition: found?.cas ?? 'always' }]
    else if (found === undefined) return [{ kind: 'store', row, listed, item, condition: 'absent' }]
    else if (isSame(item, found) && !isTouched(item, exp, table.known(row).exp))
      table.learn(row, { copiedCas: item.cas, copyCas: found.cas, exp })
    else return [{ kind: 'store', row, listed, item, condition: found.cas }]
    return []
  })
}

/** What is at the new places, by row. */
export async function copiesOf(
  transfer: Transfer,
  source: number,
  due: readonly Due[],
): Promise<ReadonlyMap<number, Item>> {
  const table = transfer.table(source)
  const byPlace = Map.groupBy(due, ({ row }) => table.place(row))
  const found = new Map<number, Item>()
  await Promise.all(
    [...byPlace].map(async ([place, some]) => {
      const items = await transfer.server(place).get(some.map(({ row }) => table.key(row)))
      for (const [index, { row }] of some.entries()) {
        const item = items[index]
        if (item !== undefined) found.set(row, item)
      }
    }),
  )
  return found
}

/** Which keys were left out is not known to a process that has begun since. */
function hasPlace(transfer: Transfer, source: number, { row, cas, exp }: Due): boolean {
  const table = transfer.table(source)
  const isLeftOut = transfer.full.has(table.place(row)) && table.known(row).copyCas === 0n
  if (isLeftOut) table.learn(row, { copiedCas: cas, copyCas: 0n, exp })
  return !isLeftOut
}

/** Seconds by which two servers may tell the same time. */
const TOLERANCE = 2

/** Whether its life was changed since it was copied, where no server tells how long one is. */
function isTouched({ ttl }: Item, listed: number, copied: number): boolean {
  if (ttl !== undefined || listed === copied) return false
  return listed === 0 || copied === 0 || Math.abs(listed - copied) > TOLERANCE
}
