import { setTimeout as delay } from 'node:timers/promises'
import type { Request } from './support/audit-tail.ts'
import type { Bench, Benchmark, Figure } from './support/benchmark.ts'
import type { Fleet } from './support/fleet.ts'

const BAR_NEW = 10
const HOUR_S = 3_600

export const benchmark: Benchmark = {
  title: 'Requests to the API server',
  method: `The reconciler's own, counted in the API server's audit log. For a new Mcrouter: all from its creation until all its
pods are Ready and its status says so. Idle: with 1,000 or more converged Mcrouters during two minutes, times 30; watches and
lease renewals are listed separately; everything else should be 0.`,
  run: measure,
}

async function measure({ quick, fleet: start, say }: Bench): Promise<Figure[]> {
  const fleet = await start()
  await fleet.settle()
  const perNew: number[] = []
  let last: readonly Request[] = []
  for (let round = 0; round < (quick ? 1 : 9); round++) {
    last = await requestsOfNew(fleet)
    perNew.push(last.length)
  }
  const target = quick ? fleet.size : 1_000
  if (fleet.size < target) await fleet.grow(target - fleet.size)
  await fleet.settle()
  const seconds = quick ? 5 : 120
  say(`nothing happens for ${seconds} s`)
  await delay(2_000)
  const since = await fleet.audit.end()
  await delay(seconds * 1_000)
  const idle = (await fleet.audit.since(since)).filter(({ byReconciler }) => byReconciler)
  const anHour = (requests: readonly Request[]) => [(requests.length / seconds) * HOUR_S]
  const expected = ({ verb, resource }: Request) => verb === 'watch' || resource === 'leases'
  return [
    {
      what: 'for a new Mcrouter, until it is Available',
      unit: 'requests',
      samples: perNew,
      bar: BAR_NEW,
      remark: tally(last),
    },
    {
      what: `an hour, idle with ${fleet.size} Mcrouters: watches and lease`,
      unit: 'requests',
      samples: anHour(idle.filter(expected)),
      remark: tally(idle),
    },
    {
      what: 'the same: everything else',
      unit: 'requests',
      samples: anHour(idle.filter((one) => !expected(one))),
      bar: 0,
    },
  ]
}

async function requestsOfNew(fleet: Fleet): Promise<readonly Request[]> {
  const since = await fleet.audit.end()
  await fleet.grow(1)
  await fleet.settle()
  // What a status still brings about comes within the moment in which changes are gathered.
  await delay(1_000)
  const requests = await fleet.audit.since(since)
  return requests.filter(
    ({ byReconciler, verb, resource }) => byReconciler && verb !== 'watch' && resource !== 'leases',
  )
}

function tally(requests: readonly Request[]): string {
  const counts = new Map<string, number>()
  for (const { verb, resource, subresource } of requests) {
    const what = `${verb} ${resource}${subresource === '' ? '' : `/${subresource}`}`
    counts.set(what, (counts.get(what) ?? 0) + 1)
  }
  return [...counts].map(([what, count]) => `${count} ${what}`).join(', ')
}
