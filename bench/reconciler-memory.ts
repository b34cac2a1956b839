import { setTimeout as delay } from 'node:timers/promises'
import type { Bench, Benchmark, Figure } from './support/benchmark.ts'
import { type Fleet, startFleet } from './support/fleet.ts'
import { memoryOf } from './support/usage.ts'

const BARS_MIB: readonly (readonly [mcrouters: number, bar: number])[] = [
  [20, 85],
  [1_000, 110],
  [5_000, 220],
]

export const benchmark: Benchmark = {
  title: 'Memory of the reconciler',
  method: `Resident memory (VmRSS, including Node's own binary, about 50 MiB, which all processes of a node share) of the
reconciler as in the image, with four Ready pods for each Mcrouter: the median of ten samples in ten seconds once all are made
and settled, and again after a restart.`,
  run: measure,
}

async function measure({ quick, application, say }: Bench): Promise<Figure[]> {
  const fleet = await startFleet(await application(), say)
  try {
    const figures: Figure[] = []
    for (const [mcrouters, bar] of quick ? [[2, 85] as const] : BARS_MIB) {
      say(`${mcrouters} Mcrouters`)
      await fleet.settle()
      await fleet.grow(mcrouters - fleet.size)
      await fleet.settle()
      const made = await samples(fleet, quick)
      await fleet.operator.reconciler.stop()
      await fleet.operator.reconciler.start()
      const restarted = await samples(fleet, quick)
      figures.push(
        {
          what: `with ${mcrouters}`,
          unit: 'MiB',
          samples: made.now,
          bar,
          remark: `${made.peak.toFixed(0)} MiB at its highest`,
        },
        {
          what: `with ${mcrouters}, after a restart`,
          unit: 'MiB',
          samples: restarted.now,
          bar,
          remark: `${restarted.peak.toFixed(0)} MiB at its highest`,
        },
      )
    }
    return figures
  } finally {
    await fleet.stop()
  }
}

async function samples(fleet: Fleet, quick: boolean): Promise<{ now: number[]; peak: number }> {
  const pid = fleet.operator.reconciler.pid ?? 0
  const now: number[] = []
  for (let look = 0; look < (quick ? 1 : 10); look++) {
    await delay(quick ? 100 : 1_000)
    now.push(memoryOf(pid).now)
  }
  return { now, peak: memoryOf(pid).peak }
}
