import type { Due } from '../keys/work-list.ts'

const KEYS = 100
/** Bytes at the source: so much of values is held at once, or one value. */
const BYTES = 4 * 1024 * 1024

/** Groups of keys that are asked for at once. */
export function* batchesOf(work: Iterable<Due>): Generator<readonly Due[]> {
  let batch: Due[] = []
  let bytes = 0
  for (const due of work) {
    if (batch.length > 0 && (batch.length === KEYS || bytes + due.size > BYTES)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(due)
    bytes += due.size
  }
  if (batch.length > 0) yield batch
}
