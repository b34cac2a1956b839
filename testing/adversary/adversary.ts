import { setTimeout as delay } from 'node:timers/promises'
import { Random } from '../random.ts'
import { BODIES } from './bodies.ts'
import { LOOK_ALIKES } from './look-alikes.ts'
import type { Reach, Strike } from './strike.ts'
import { WORK } from './work.ts'

/** What it does at the same time, with a pause between two strikes that is on average so long. */
const HANDS: readonly { readonly strikes: readonly Strike[]; readonly pauseMs: number }[] = [
  { strikes: LOOK_ALIKES, pauseMs: 300 },
  { strikes: WORK, pauseMs: 500 },
  { strikes: BODIES, pauseMs: 500 },
]

/** Strikes until the signal fires; how often. The same seed, the same strikes. */
export async function strikeUntil(
  signal: AbortSignal,
  seed: number,
  reach: Omit<Reach, 'random'>,
): Promise<number> {
  let count = 0
  const strikeOn = async (random: Random, strikes: readonly Strike[], pauseMs: number) => {
    while (!signal.aborted) {
      await random.pick(strikes)({ ...reach, random })
      count += 1
      await delay(random.next() * 2 * pauseMs, undefined, { signal }).catch(() => undefined)
    }
  }
  await Promise.all(
    HANDS.map(({ strikes, pauseMs }, hand) => strikeOn(new Random(seed + hand), strikes, pauseMs)),
  )
  return count
}
