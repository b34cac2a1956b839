import { setTimeout as delay } from 'node:timers/promises'
import { memoryOf } from '../testing/process/usage.ts'
import type { Bench, Benchmark, Figure } from './support/benchmark.ts'
import { type Fleet, startFleet } from './support/fleet.ts'
import { withPodHeap } from './support/pod-heap.ts'
import { median } from './support/statistics.ts'

const BARS_MIB: readonly (readonly [mcrouters: number, bar: number])[] = [
  [20, 85],
  [1_000, 110],
  [5_000, 220],
]

export const benchmark: Benchmark = {
  title: 'Memory of the reconciler',
  method: `Resident memory (VmRSS, including Node's own binary, about 50 MiB, which all processes of a node share) of the
reconciler as in the image, with the heap that Node gives itself within the memory limit of its pod and with four Ready pods
for each Mcrouter: the median of ten samples in ten seconds once all are made and settled, and again after a restart.`,
  limits: `53 MiB of each are Node's own binary and 12 what any process with TLS holds; the heap with all that is loaded takes
19. A process that has issued certificates, as the first one of an installation, has loaded the library for it, some 10. Each
Mcrouter adds some 35 KiB: itself, seven objects and four pods, packed to 130 bytes or more each, their keys, what is remembered
between two passes, and what malloc keeps after a burst of reads. Flags of V8 and settings of malloc made no
difference to that (docs/adr/0013-memory-of-the-processes.md). With 5,000 the run could not be finished on two CPUs, which an API
server of 3 GiB and the controllers keep busy: the reconciler lost its lease, which it could not renew for 10 s. When all 35,000
objects were there, it had 195 MiB.`,
  run: measure,
}

async function measure({ quick, application, say }: Bench): Promise<Figure[]> {
  const fleet = await startFleet(withPodHeap(await application()), say)
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
      say(`${median(made.now).toFixed(0)} MiB, ${median(restarted.now).toFixed(0)} MiB after a restart`)
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
