import { setTimeout as delay } from 'node:timers/promises'
import { fetch } from 'undici'
import { eventually } from '../testing/deadline.ts'
import type { Bench, Benchmark, Figure } from './support/benchmark.ts'
import type { Fleet } from './support/fleet.ts'

const BAR_MS = 5_000
const READING = new Set(['get', 'list', 'watch'])

export const benchmark: Benchmark = {
  title: 'Restart with 1,000 or more converged Mcrouters',
  method: `The reconciler is stopped and started again. Until synced: from its start until its log says that all lists have
arrived. Writes: every request that is not a read, except lease renewals, until each Mcrouter had its pass and the queue was
empty. Dry runs store nothing and are listed separately: with one, a starting reconciler checks that the API server reaches the
webhook.`,
  limits: `Reading the lists is work for both CPUs, the API server's and the reconciler's.`,
  run: measure,
}

async function measure({ quick, fleet: start, say }: Bench): Promise<Figure[]> {
  const fleet = await start()
  const target = quick ? fleet.size : 1_000
  if (fleet.size < target) await fleet.grow(target - fleet.size)
  await fleet.settle()
  const synced: number[] = []
  const passed: number[] = []
  const writes: number[] = []
  const dryRuns: number[] = []
  for (let round = 0; round < (quick ? 1 : 5); round++) {
    say(`restart ${round + 1}`)
    const restarted = await restart(fleet)
    synced.push(restarted.syncedMs)
    passed.push(restarted.passedMs)
    writes.push(restarted.writes)
    dryRuns.push(restarted.dryRuns)
  }
  return [
    { what: `until synced, with ${fleet.size} Mcrouters`, unit: 'ms', samples: synced, bar: BAR_MS },
    { what: 'until each had its pass', unit: 'ms', samples: passed },
    { what: 'writes', unit: 'requests', samples: writes, bar: 0 },
    { what: 'dry runs', unit: 'requests', samples: dryRuns },
  ]
}

interface Restarted {
  readonly syncedMs: number
  readonly passedMs: number
  readonly writes: number
  readonly dryRuns: number
}

async function restart(fleet: Fleet): Promise<Restarted> {
  const { operator, audit } = fleet
  await operator.reconciler.stop()
  const since = await audit.end()
  const begin = Date.now()
  operator.reconciler.launch()
  const passed = async () => (await passes(operator.reconcilerUrl)) >= fleet.size
  await eventually('each Mcrouter had its pass', passed, { withinMs: 120_000, everyMs: 20 })
  const passedMs = Date.now() - begin
  await delay(1_000)
  const [, synced = ''] = /"time":"([^"]+)"[^\n]*"msg":"synced"/.exec(await operator.reconciler.log()) ?? []
  const requests = await audit.since(since)
  const writes = requests.filter(
    ({ byReconciler, verb, resource }) => byReconciler && resource !== 'leases' && !READING.has(verb),
  )
  const dryRuns = writes.filter(({ dryRun }) => dryRun).length
  return { syncedMs: Date.parse(synced) - begin, passedMs, writes: writes.length - dryRuns, dryRuns }
}

/** Passes that ended, by the reconciler's own count. */
async function passes(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  const counts = metrics.matchAll(/^controller_runtime_reconcile_total\{[^}]*\} (\d+)$/gm)
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
}
