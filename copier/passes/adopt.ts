import { isReachable } from '../dump/dump-line.ts'
import { destinationsOf, placesOf } from './move.ts'
import type { Transfer } from './transfer.ts'

/** Learns from the new places which copies are there, in a process that has not made them. Of their origins nothing is known. */
export async function adopt(transfer: Transfer): Promise<void> {
  transfer.forget()
  transfer.isAdopted = true
  for (const index of destinationsOf(transfer.move)) {
    await transfer.watch(index)
    await transfer.crawler.list(
      transfer.server(index),
      ({ key, cas, exp }) => {
        if (!isReachable(key)) return
        const [old, place] = placesOf(key, transfer.move)
        if (place !== index || old === index) return
        const table = transfer.table(old)
        table.learn(table.row(key, place), { copiedCas: 0n, copyCas: cas, exp })
      },
      transfer.signal,
    )
  }
}
