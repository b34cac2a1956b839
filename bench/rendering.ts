import { render } from '../render/index.ts'
import type { Mcrouter } from '../schemas/mcrouter.ts'
import { judge } from '../schemas/validation/judge.ts'
import { mcrouterObject } from '../testing/review.ts'
import type { Bench, Benchmark, Figure } from './support/benchmark.ts'

const BAR_US = 250
const SETTINGS = { clusterDomain: 'cluster.local' }

export const benchmark: Benchmark = {
  title: 'Rendering',
  method: `Everything that one Mcrouter expands to, seven objects, the way \`/render\`, the command line and the reconciler do
it: templates expanded, parsed and checked, with mcrouter's configuration and its digest. No two Mcrouters of a round have the
same name, namespace or size. CPU time of the process, garbage collection included.`,
  run: measure,
}

async function measure({ quick }: Bench): Promise<Figure[]> {
  const times = quick ? 20 : 1_000
  const figures: Figure[] = []
  for (const setup of ['replicated', 'sharded']) {
    const samples: number[] = []
    cpuOf(manyOf(setup, 2 * times, -1))
    for (let round = 0; round < (quick ? 1 : 15); round++)
      samples.push(cpuOf(manyOf(setup, times, round)) / times)
    figures.push({ what: `all objects of a ${setup} Mcrouter`, unit: 'µs', samples, bar: BAR_US })
  }
  return figures
}

/** Microseconds of CPU time to render them all. */
function cpuOf(mcrouters: readonly Mcrouter[]): number {
  const begin = process.cpuUsage()
  for (const mcrouter of mcrouters) {
    if (render(mcrouter, SETTINGS).manifests.length !== 7)
      throw new Error('a Mcrouter expands to seven objects')
  }
  const { user, system } = process.cpuUsage(begin)
  return user + system
}

function manyOf(setup: string, count: number, round: number): Mcrouter[] {
  return Array.from({ length: count }, (_, index) => {
    const metadata = { name: `cache-${index}`, namespace: `shop-${round + 1}` }
    const spec = {
      pool_setup: setup,
      memcached_pool_size: 2 + (index % 5),
      mcrouter_image: `example.com/mcrouter:${index}`,
    }
    const judgement = judge(mcrouterObject(spec, metadata))
    if (!judgement.accepted) throw new Error(JSON.stringify(judgement.violations))
    return judgement.mcrouter
  })
}
