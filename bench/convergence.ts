import type { ApiVersion } from '../schemas/api-version.ts'
import { V1ALPHA3 } from '../schemas/v1alpha3/version.ts'
import { V1BETA1 } from '../schemas/v1beta1/version.ts'
import { cpuOf } from '../testing/process/usage.ts'
import { BAR_VERSIONS, type Bench, type Benchmark, type Figure } from './support/benchmark.ts'
import { type Fleet, startFleet } from './support/fleet.ts'

const BARS_MS = { one: 40, few: 500, many: 30_000 }

/** kube-controller-manager's defaults, of each of its controllers: the tests' control plane allows ten times as many. */
const AS_SHIPPED = ['--kube-api-qps=20', '--kube-api-burst=30']

export const benchmark: Benchmark = {
  title: 'From a stored Mcrouter to its objects',
  method: `On a real API server with both webhooks, the workload controllers at work and everything on this one machine, from
the moment the Mcrouter (of several: the first) was stored until the last of the seven objects (of several: of the last) was,
by the API server's own clock in its audit log. The controllers of Kubernetes have their own default pace, 20 requests a second
each; *hurried*: ten times that, so that they take more of the CPUs meanwhile. What they do after the last object is not part of
it, and the next round waits for it. No pod runs.`,
  limits: `From 20 at once on, both CPUs are busy to the end: twice the wall-clock time is the CPU time below. More than half of that
is the API server's; nine of the requests for each Mcrouter are the reconciler's, seven of them applies. Its own profile
(/debug/pprof/profile): decoding, merging and storing what is applied a quarter, of which reading YAML, which a body in JSON is taken for, a third; garbage
collection 14 %; the rest are the controllers' requests, watches and TLS. The operator's two processes have an eighth of it: if they
took no time at all, 1,000 would still take more than 40 s. Creating objects instead of applying them would cost the API server less,
but would not record who owns which field.`,
  run: measure,
}

async function measure({ quick, application, fleet: start, say }: Bench): Promise<Figure[]> {
  const few = quick ? 2 : 20
  const many = quick ? 3 : 1_000
  const fleet = await startFleet(await application(), say, AS_SHIPPED)
  const figures: Figure[] = []
  try {
    await fleet.grow(1)
    say('one at a time')
    const one = await rounds(fleet, 1, quick ? 1 : 19)
    say(`${few} at once`)
    const several = await rounds(fleet, few, quick ? 1 : 7)
    say(`${few} at once, in each version`)
    const paired = await versions(fleet, few, quick ? 1 : 7)
    say(`${many} at once`)
    await fleet.rest()
    const before = cpuTimes(fleet)
    const all = await fleet.grow(many)
    figures.push(
      { what: 'one Mcrouter', unit: 'ms', samples: one, bar: BARS_MS.one },
      { what: `${few} at once`, unit: 'ms', samples: several, bar: BARS_MS.few },
      { what: `${few} at once, written in v1beta1`, unit: 'ms', samples: paired.latterMs, bar: BARS_MS.few },
      {
        what: `CPU time of all processes for ${few}, v1beta1 against v1alpha3`,
        unit: '×',
        samples: paired.cpu,
        bar: BAR_VERSIONS,
      },
      { what: `${many} at once`, unit: 'ms', samples: [all.wallMs], bar: BARS_MS.many },
      ...[...cpuTimes(fleet)].map(([name, ms]) => ({
        what: `CPU time for each of the ${many}: ${name}`,
        unit: 'ms',
        samples: [(ms - (before.get(name) ?? Number.NaN)) / many],
      })),
    )
  } finally {
    await fleet.stop()
  }
  say('the same with hurried controllers')
  const hurried = await start()
  await hurried.grow(1)
  const several = await rounds(hurried, few, quick ? 1 : 5)
  return [...figures, { what: `${few} at once, hurried`, unit: 'ms', samples: several }]
}

/** Milliseconds since their starts of all processes that have a part in it. */
function cpuTimes({ controlPlane, operator }: Fleet): ReadonlyMap<string, number> {
  const { apiServer, etcd, controllerManager } = controlPlane.pids
  const pids = new Map([
    ['API server', apiServer],
    ['controller manager', controllerManager],
    ['etcd', etcd],
    ['reconciler', operator.reconciler.pid],
    ['server', operator.server.pid],
    ['this benchmark, which creates them and reads the audit log', process.pid],
  ])
  return new Map([...pids].map(([name, pid = 0]) => [name, cpuOf(pid) / 1_000]))
}

/** In turns, so that what else the machine does falls on both; the first to go changes with each round. */
async function versions(fleet: Fleet, count: number, times: number) {
  const latterMs: number[] = []
  const cpu: number[] = []
  for (let round = 0; round < times; round++) {
    const spent = new Map<ApiVersion, number>()
    for (const version of round % 2 === 0 ? [V1ALPHA3, V1BETA1] : [V1BETA1, V1ALPHA3]) {
      await fleet.rest()
      const before = total(cpuTimes(fleet))
      const { wallMs } = await fleet.grow(count, version)
      spent.set(version, total(cpuTimes(fleet)) - before)
      if (version === V1BETA1) latterMs.push(wallMs)
    }
    cpu.push((spent.get(V1BETA1) ?? Number.NaN) / (spent.get(V1ALPHA3) ?? Number.NaN))
  }
  return { latterMs, cpu }
}

function total(times: ReadonlyMap<string, number>): number {
  return [...times.values()].reduce((sum, ms) => sum + ms, 0)
}

async function rounds(fleet: Fleet, count: number, times: number): Promise<number[]> {
  const samples: number[] = []
  for (let round = 0; round < times; round++) {
    await fleet.rest()
    samples.push((await fleet.grow(count)).wallMs)
  }
  return samples
}
