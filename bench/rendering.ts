import { render } from '../render/index.ts'
import type { ApiVersion } from '../schemas/api-version.ts'
import { convert } from '../schemas/conversion/convert.ts'
import type { JsonObject } from '../schemas/json.ts'
import type { Mcrouter } from '../schemas/mcrouter.ts'
import { V1ALPHA3 } from '../schemas/v1alpha3/version.ts'
import { V1BETA1 } from '../schemas/v1beta1/version.ts'
import { judge } from '../schemas/validation/judge.ts'
import { mcrouterObject } from '../testing/review.ts'
import { BAR_VERSIONS, type Bench, type Benchmark, type Figure } from './support/benchmark.ts'

const BAR_US = 250
const SETTINGS = { clusterDomain: 'cluster.local' }

export const benchmark: Benchmark = {
  title: 'Rendering',
  method: `Everything that one Mcrouter expands to, seven objects, the way \`/render\`, the command line and the reconciler do
it: templates expanded, parsed and checked, with mcrouter's configuration and its digest. No two Mcrouters of a round have the
same name, namespace or size. CPU time of the process, garbage collection included. The same Mcrouters in both versions of the API take turns
in each round, and the ratio is taken within a round. Judging comes before it: its share of a webhook's call is below.`,
  run: measure,
}

async function measure({ quick }: Bench): Promise<Figure[]> {
  const times = quick ? 20 : 1_000
  const rounds = quick ? 1 : 15
  const figures: Figure[] = []
  for (const setup of ['replicated', 'sharded']) {
    const former = samplesOf(setup, V1ALPHA3)
    const latter = samplesOf(setup, V1BETA1)
    for (let round = -1; round < rounds; round++) {
      // Whoever comes second also collects the garbage of the first.
      const turns = round % 2 === 0 ? [former, latter] : [latter, former]
      for (const one of turns) measureRound(one, times, round)
    }
    figures.push(
      { what: `all objects of a ${setup} Mcrouter`, unit: 'µs', samples: former.rendering, bar: BAR_US },
      { what: `the same, written in v1beta1`, unit: 'µs', samples: latter.rendering, bar: BAR_US },
      {
        what: 'rendering it, v1beta1 against v1alpha3',
        unit: '×',
        samples: latter.rendering.map((spent, round) => spent / (former.rendering[round] ?? Number.NaN)),
        bar: BAR_VERSIONS,
      },
      { what: 'judging it before, in v1alpha3', unit: 'µs', samples: former.judging },
      { what: 'judging it before, in v1beta1', unit: 'µs', samples: latter.judging },
    )
  }
  return figures
}

interface Samples {
  readonly setup: string
  readonly version: ApiVersion
  readonly rendering: number[]
  readonly judging: number[]
}

function samplesOf(setup: string, version: ApiVersion): Samples {
  return { setup, version, rendering: [], judging: [] }
}

/** The round before the first is for the engine, and not kept. */
function measureRound({ setup, version, rendering, judging }: Samples, times: number, round: number): void {
  const objects = objectsOf(setup, version, times, round)
  const [mcrouters, judged] = timed(() => objects.map(accepted))
  const [, rendered] = timed(() => renderAll(mcrouters))
  if (round < 0) return
  rendering.push(rendered / times)
  judging.push(judged / times)
}

/** With the microseconds of CPU time that it took. */
function timed<Result>(action: () => Result): [Result, number] {
  const begin = process.cpuUsage()
  const result = action()
  const { user, system } = process.cpuUsage(begin)
  return [result, user + system]
}

function renderAll(mcrouters: readonly Mcrouter[]): void {
  for (const mcrouter of mcrouters) {
    if (render(mcrouter, SETTINGS).manifests.length !== 7)
      throw new Error('a Mcrouter expands to seven objects')
  }
}

function accepted(object: JsonObject): Mcrouter {
  const judgement = judge(object)
  if (!judgement.accepted) throw new Error(JSON.stringify(judgement.violations))
  return judgement.mcrouter
}

/** As the API server sends them to a webhook: complete. */
function objectsOf(setup: string, version: ApiVersion, count: number, round: number): JsonObject[] {
  return Array.from({ length: count }, (_, index) => {
    const metadata = { name: `cache-${index}`, namespace: `shop-${round + 1}` }
    const spec = V1ALPHA3.withDefaults({
      pool_setup: setup,
      memcached_pool_size: 2 + (index % 5),
      mcrouter_image: `example.com/mcrouter:${index}`,
    })
    const object = mcrouterObject(spec, metadata)
    return version === V1ALPHA3 ? object : convert(object, V1ALPHA3, version)
  })
}
