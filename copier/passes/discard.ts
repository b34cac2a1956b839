import { isReachable } from '../dump/dump-line.ts'
import { KeyTable } from '../keys/key-table.ts'
import { batchesOf } from './batches.ts'
import { type Move, placesOf } from './move.ts'
import type { Transfer } from './transfer.ts'

/** Which layout decides what is reachable: 0 before, 1 after. */
export type Layout = 0 | 1

/** A list by `all` may miss some; a second one finds them. */
const TIMES = 3

/**
 * Deletes what no client reaches on a server, since it is the place of no such key: left there, it would come back with a later resize.
 * @returns keys that were deleted
 */
export async function discard(transfer: Transfer, index: number, layout: Layout): Promise<number> {
  let deleted = 0
  for (let times = 0; times < TIMES; times += 1) {
    const found = await discardOnce(transfer, index, layout)
    deleted += found
    if (found === 0) break
  }
  return deleted
}

async function discardOnce(transfer: Transfer, index: number, layout: Layout): Promise<number> {
  const { move, memory } = transfer
  const server = transfer.server(index)
  const keys = new KeyTable(memory, [0, 0])
  try {
    await transfer.crawler.list(
      server,
      ({ key }) => {
        if (isReachable(key) && placeIn(layout, key, move) !== index) keys.row(key, index)
      },
      transfer.signal,
    )
    for (const batch of batchesOf(rowsOf(keys))) {
      await transfer.pace(index, batch.length)
      await server.remove(batch.map(({ row }) => ({ key: keys.key(row), condition: 'always' })))
    }
    return keys.size
  } finally {
    keys.clear()
  }
}

function placeIn(layout: Layout, key: Buffer, move: Move): number {
  return placesOf(key, move)[layout]
}

function* rowsOf(keys: KeyTable) {
  for (let row = 0; row < keys.size; row += 1) yield { row, cas: 0n, exp: 0, size: 0 }
}
