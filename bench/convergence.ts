import type { Bench, Benchmark, Figure } from './support/benchmark.ts'
import type { Fleet } from './support/fleet.ts'

const BARS_MS = { one: 40, few: 500, many: 30_000 }

export const benchmark: Benchmark = {
  title: 'From a Mcrouter stored to its objects there',
  method: `On a real API server with both webhooks, the workload controllers at work and everything on this one machine, from
the moment in which the Mcrouter (of several: the first) was stored until the last of the seven objects (of several: of the
last) was, by the API server's own clock in its audit log. No pod runs: the next benchmarks begin where this one ends.`,
  run: measure,
}

async function measure({ quick, fleet: start, say }: Bench): Promise<Figure[]> {
  const fleet = await start()
  await fleet.grow(1)
  const few = quick ? 2 : 20
  const many = quick ? 3 : 1_000
  say('one at a time')
  const one = await rounds(fleet, 1, quick ? 1 : 19)
  say(`${few} at once`)
  const several = await rounds(fleet, few, quick ? 1 : 5)
  say(`${many} at once`)
  const all = await rounds(fleet, many, 1)
  return [
    { what: 'one Mcrouter', unit: 'ms', samples: one, bar: BARS_MS.one },
    { what: `${few} at once`, unit: 'ms', samples: several, bar: BARS_MS.few },
    { what: `${many} at once`, unit: 'ms', samples: all, bar: BARS_MS.many },
  ]
}

async function rounds(fleet: Fleet, count: number, times: number): Promise<number[]> {
  const samples: number[] = []
  for (let round = 0; round < times; round++) samples.push((await fleet.grow(count)).wallMs)
  return samples
}
