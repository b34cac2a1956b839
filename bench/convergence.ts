import type { Bench, Benchmark, Figure } from './support/benchmark.ts'
import type { Fleet } from './support/fleet.ts'
import { cpuOf } from './support/usage.ts'

const BARS_MS = { one: 40, few: 500, many: 30_000 }

export const benchmark: Benchmark = {
  title: 'From a stored Mcrouter to its objects',
  method: `On a real API server with both webhooks, the workload controllers at work and everything on this one machine, from
the moment the Mcrouter (of several: the first) was stored until the last of the seven objects (of several: of the last) was,
by the API server's own clock in its audit log. *Paused*: the Kubernetes controllers process what was stored only afterwards,
which leaves the CPUs to the API server, etcd and the operator. No pod runs: the next benchmarks begin where this one ends.`,
  limits: `From 20 at once on, both CPUs are busy to the end, and the operator gets a tenth of them. With 300 at once, a
Mcrouter takes 67 ms of wall-clock and 138 ms of CPU time: API server 71, controller manager 30, etcd 12, reconciler 12, this
benchmark 11, server 2. Of some 30 requests nine are the reconciler's, seven of them applies; 20 are the controllers', which make
pods, ReplicaSets, endpoints and events for the seven objects and write their statuses. More requests at a time change nothing:
no CPU is left for them. Creating objects instead of applying them would cost the API server less, but would not record who owns
which field.`,
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
  const before = cpuTimes(fleet)
  const all = await rounds(fleet, many, 1)
  const after = cpuTimes(fleet)
  say('the same, with the controllers of Kubernetes paused')
  const some = quick ? 2 : 200
  const alone = (count: number, times: number) =>
    fleet.controlPlane.withoutControllers(() => rounds(fleet, count, times))
  const severalAlone = await alone(few, quick ? 1 : 5)
  const someAlone = await alone(some, 1)
  return [
    { what: 'one Mcrouter', unit: 'ms', samples: one, bar: BARS_MS.one },
    { what: `${few} at once`, unit: 'ms', samples: several, bar: BARS_MS.few },
    { what: `${many} at once`, unit: 'ms', samples: all, bar: BARS_MS.many },
    { what: `${few} at once, paused`, unit: 'ms', samples: severalAlone },
    { what: `${some} at once, paused`, unit: 'ms', samples: someAlone },
    ...[...after].map(([name, ms]) => ({
      what: `CPU time for each of the ${many}: ${name}`,
      unit: 'ms',
      samples: [(ms - (before.get(name) ?? Number.NaN)) / many],
    })),
  ]
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

async function rounds(fleet: Fleet, count: number, times: number): Promise<number[]> {
  const samples: number[] = []
  for (let round = 0; round < times; round++) samples.push((await fleet.grow(count)).wallMs)
  return samples
}
