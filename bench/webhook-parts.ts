import { join } from 'node:path'
import type { Bench, Benchmark, Figure } from './support/benchmark.ts'
import { type HttpsProcess, startParts, startServer } from './support/https-process.ts'
import { serverSideReview } from './support/review.ts'
import { writeServing } from './support/serving.ts'
import { keepCallerAwake, pinned, type Target, turn, warmUp } from './support/wrk.ts'

const ROUNDS = 15
/** Requests that the compiler needs to be done. */
const WARM = 15_000
/** Work of a known length, which shows what the way of measuring adds to it. */
const SPIN_MICROS = 100

const REVIEWS = {
  complete: serverSideReview(),
  rewritten: serverSideReview({ memcachedPoolSize: 6 }),
  refused: serverSideReview({ pool_setup: 'shraded' }),
} as const

export const benchmark: Benchmark = {
  title: 'The webhooks: what the CPU time of a call buys',
  method: `As above, against a bare Fastify to which one part after the other of what \`/mutate\` does is added: taking the body (bounded
over all connections, checked to be UTF-8) and reading the review (with keys searched that could reach a prototype) in place of
Fastify's own parser, judging the object, writing the verdict, and at last the operator's server itself, with its metrics and the
bounds on connections, answers and slow callers. Each row is what its part adds to the row before, in the same round. Work of a known
length, ${SPIN_MICROS} µs, shows what the way of measuring makes of it.`,
  needs: ['wrk', 'taskset', 'chrt'],
  run: measure,
}

interface Step extends Target {
  readonly what: string
  /** The row that it is compared with. */
  readonly after: string
}

async function measure({ quick, children, application, say }: Bench): Promise<Figure[]> {
  const directory = join(children.directory, 'webhook-parts')
  const serving = await writeServing(directory)
  const alone = (command: Parameters<typeof pinned>[1]) => pinned(0, command)
  const server = await startServer(children, await application(), serving, alone)
  const parts = await startParts(children, serving, alone)
  const awake = keepCallerAwake(children)
  const steps = stepsOf(parts, server)
  const spend = async (step: Step) => (await turn(directory, step, 1)).micros
  for (const step of steps) await warmUp(directory, step, quick ? 0 : WARM)
  const rounds: Map<string, number>[] = []
  for (let round = 0; round < (quick ? 1 : ROUNDS); round++) {
    const spent = new Map<string, number>()
    for (const step of steps) {
      spent.set(step.what, await spend(step))
      say(`${step.what}: ${spent.get(step.what)?.toFixed(1)} µs`)
    }
    rounds.push(spent)
  }
  await Promise.all([server.stop(), parts.stop(), awake.stop('SIGKILL')])
  return steps.map(({ what, after }) => ({
    what,
    unit: 'µs',
    samples: rounds.map((spent) => (spent.get(what) ?? Number.NaN) - (spent.get(after) ?? 0)),
  }))
}

const FIXED = 'Fastify with a fixed answer, in all'

function stepsOf(parts: HttpsProcess, server: HttpsProcess): Step[] {
  const { complete } = REVIEWS
  const received = 'taking the body, not parsed'
  const read = 'reading the review'
  return [
    { what: FIXED, process: parts, path: '/spin/0', body: complete, after: '' },
    {
      what: `${SPIN_MICROS} µs of work`,
      process: parts,
      path: `/spin/${SPIN_MICROS}`,
      body: complete,
      after: FIXED,
    },
    { what: received, process: parts, path: '/received', body: complete, after: FIXED },
    { what: read, process: parts, path: '/read', body: complete, after: received },
    ...Object.entries(REVIEWS).flatMap(([name, body]): Step[] => {
      const judged = `judging, ${name}`
      const answered = `writing the verdict, ${name}`
      const all = `the server around it, ${name}`
      return [
        { what: judged, process: parts, path: '/judged', body, after: read },
        { what: answered, process: parts, path: '/answered', body, after: judged },
        { what: all, process: server, path: '/mutate', body, after: answered },
      ]
    }),
  ]
}
