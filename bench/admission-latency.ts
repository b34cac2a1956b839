import { join } from 'node:path'
import { STORED } from '../schemas/versions.ts'
import { KIND } from '../schemas/well-known.ts'
import { type ControlPlane, startControlPlane } from '../testing/control-plane/index.ts'
import { installCrd, installWebhooks, untilCalled } from './support/admission.ts'
import type { Bench, Benchmark, Figure } from './support/benchmark.ts'
import { startEcho, startServer } from './support/https-process.ts'
import { warmUp } from './support/load.ts'
import { realisticReview } from './support/review.ts'
import { writeServing } from './support/serving.ts'
import { percentile } from './support/statistics.ts'

const BAR = 1.1

export const benchmark: Benchmark = {
  title: 'The webhooks: time added to a create',
  method: `Mcrouters are created one after the other through a real API server, in turn in a namespace without webhooks, in one
with both webhooks of the operator and in one with the same webhook configurations and a bare Fastify behind them that allows
everything. Both have answered 30,000 requests before. *Added* is a percentile of a round with webhooks minus the same
percentile of that round without; the ratio is taken within the round. At p99 one slow create decides a round, and in some the
echo adds almost nothing: only the median of that ratio means something, not its min.`,
  limits: `Between two calls the API server, etcd and the caller have the processors, and their caches: a call here takes three to
four times the CPU time that it takes under load (some 320 µs, and 220 of the echo), and what the operator does more than the
echo, judging above all, is that much slower as well.`,
  run: measure,
}

async function measure({ quick, children, application, say }: Bench): Promise<Figure[]> {
  const serving = await writeServing(join(children.directory, 'admission-latency'))
  const server = await startServer(children, await application(), serving)
  const echo = await startEcho(children, serving)
  const controlPlane = await startControlPlane()
  try {
    await installCrd(controlPlane, server)
    await installWebhooks(controlPlane, 'operator', server)
    await installWebhooks(controlPlane, 'echo', echo)
    for (const process of [server, echo]) {
      for (const path of ['/mutate', '/validate'])
        await warmUp(process, path, realisticReview(), quick ? 50 : 15_000)
    }
    const creator = new Creator(controlPlane)
    for (const namespace of ['operator', 'echo'])
      await untilCalled(controlPlane, () => creator.create(namespace))
    say('creates')
    const rounds: Round[] = []
    await roundOf(creator, quick ? 2 : 100)
    for (let round = 0; round < (quick ? 1 : 11); round++)
      rounds.push(await roundOf(creator, quick ? 5 : 200))
    return [50, 99].flatMap((rank) => figuresOf(rounds, rank))
  } finally {
    await Promise.all([server.stop(), echo.stop()])
    await controlPlane.stop()
  }
}

/** What a create leaves behind, caches warm for one and collections due, is there for the next: each comes after each. */
const ORDERS = [
  ['default', 'operator', 'echo'],
  ['default', 'echo', 'operator'],
] as const

/** Milliseconds of each create, by namespace. */
interface Round {
  readonly default: readonly number[]
  readonly operator: readonly number[]
  readonly echo: readonly number[]
}

class Creator {
  readonly #controlPlane: ControlPlane
  #made = 0

  constructor(controlPlane: ControlPlane) {
    this.#controlPlane = controlPlane
  }

  /** Milliseconds until one more is stored. */
  async create(namespace: string): Promise<number> {
    const path = `/apis/${STORED.apiVersion}/namespaces/${namespace}/mcrouters`
    const metadata = { name: `cache-${this.#made++}` }
    // In the version that is stored, so that nothing is converted.
    const spec = { memcached: { shards: 4, memory: '512Mi' } }
    const begin = performance.now()
    const answer = await this.#controlPlane.client.request('POST', path, {
      body: { apiVersion: STORED.apiVersion, kind: KIND, metadata, spec },
    })
    const duration = performance.now() - begin
    if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`)
    return duration
  }
}

async function roundOf(creator: Creator, times: number): Promise<Round> {
  const round = { default: [] as number[], operator: [] as number[], echo: [] as number[] }
  for (let time = 0; time < times; time++) {
    for (const namespace of ORDERS[time % ORDERS.length] ?? [])
      round[namespace].push(await creator.create(namespace))
  }
  return round
}

function figuresOf(rounds: readonly Round[], rank: number): Figure[] {
  const added = (which: 'operator' | 'echo') =>
    rounds.map((round) => percentile(round[which], rank) - percentile(round.default, rank))
  const [ours, echo] = [added('operator'), added('echo')]
  return [
    {
      what: `p${rank} added by both webhooks, against the echo`,
      unit: '×',
      samples: ours.map((ms, round) => ms / (echo[round] ?? Number.NaN)),
      bar: BAR,
    },
    { what: `p${rank} added by both webhooks`, unit: 'ms', samples: ours },
    { what: `p${rank} added by the echo`, unit: 'ms', samples: echo },
    {
      what: `p${rank} of a create without webhooks`,
      unit: 'ms',
      samples: rounds.map((round) => percentile(round.default, rank)),
    },
  ]
}
