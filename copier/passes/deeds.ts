import type { Known } from '../keys/key-table.ts'
import { type Condition, expiryOf, type Item, type Outcome } from '../servers/item.ts'
import type { Transfer } from './transfer.ts'

/** What is to be done at the new place of a key. */
export type Deed = {
  readonly row: number
  /** As listed. */
  readonly listed: { readonly cas: bigint; readonly exp: number }
} & (
  | { readonly kind: 'store'; readonly item: Item; readonly condition: Condition }
  | { readonly kind: 'remove'; readonly condition: Exclude<Condition, 'absent'> }
)

/** There may be a copy, and nobody knows which: no cas gets this far. */
const UNKNOWN_CAS = 2n ** 64n - 1n
export const NOTHING: Known = { copiedCas: 0n, copyCas: 0n, exp: 0 }

/** Does it to the keys of one source, all servers at the same time, and learns what came of it. */
export async function carryOut(transfer: Transfer, source: number, deeds: readonly Deed[]): Promise<void> {
  const table = transfer.table(source)
  const byPlace = Map.groupBy(deeds, ({ row }) => table.place(row))
  transfer.changed += deeds.length
  await Promise.all(
    [...byPlace].map(async ([place, some]) => {
      await store(transfer, source, place, some)
      await remove(transfer, source, place, some)
      await transfer.watch(place)
    }),
  )
}

async function store(
  transfer: Transfer,
  source: number,
  place: number,
  deeds: readonly Deed[],
): Promise<void> {
  const table = transfer.table(source)
  const stores = deeds.filter((deed) => deed.kind === 'store')
  // What breaks off may have been done.
  for (const { row } of stores) {
    const known = table.known(row)
    if (known.copyCas === 0n) table.learn(row, { ...known, copyCas: UNKNOWN_CAS })
  }
  const outcomes = await transfer.server(place).store(
    stores.map(({ row, item, condition, listed }) => ({
      key: table.key(row),
      item,
      condition,
      expiry: expiryOf(item, listed, transfer.clock.now()),
    })),
  )
  const refused: Deed[] = []
  const leftOut: (Deed & { readonly kind: 'store' })[] = []
  for (const [index, deed] of stores.entries()) {
    const outcome = outcomes[index]
    if (outcome?.kind === 'done')
      table.learn(deed.row, { copiedCas: deed.item.cas, copyCas: outcome.cas, exp: deed.listed.exp })
    if (outcome?.kind === 'refused') {
      if (deed.condition !== 'absent')
        refused.push({ row: deed.row, listed: deed.listed, kind: 'remove', condition: deed.condition })
      leftOut.push(deed)
      if (isFull(outcome)) transfer.full.add(place)
    }
  }
  // An older copy must not outlive a value that the server does not take.
  await remove(transfer, source, place, refused)
  for (const { row, item, listed } of leftOut)
    table.learn(row, { copiedCas: item.cas, copyCas: 0n, exp: listed.exp })
}

async function remove(
  transfer: Transfer,
  source: number,
  place: number,
  deeds: readonly Deed[],
): Promise<void> {
  const table = transfer.table(source)
  const removals = deeds.filter((deed) => deed.kind === 'remove')
  const outcomes = await transfer
    .server(place)
    .remove(removals.map(({ row, condition }) => ({ key: table.key(row), condition })))
  for (const [index, { row, condition }] of removals.entries()) {
    if (outcomes[index]?.kind === 'done' || condition === 'always') table.learn(row, NOTHING)
  }
}

/** Not for one that is too large: `SERVER_ERROR out of memory storing object`. */
function isFull(outcome: Outcome & { readonly kind: 'refused' }): boolean {
  return outcome.because.includes('out of memory')
}
