import { join } from 'node:path'
import type { Bench, Benchmark, Figure } from './support/benchmark.ts'
import { type HttpsProcess, startEcho, startServer } from './support/https-process.ts'
import { Caller } from './support/load.ts'
import { realisticReview } from './support/review.ts'
import { writeServing } from './support/serving.ts'
import { median } from './support/statistics.ts'
import { cpuOf, memoryOf } from './support/usage.ts'

const CONNECTIONS = [1, 16, 64]
const BAR = 1.35
const MEMORY_BAR_MIB = 85

interface Request {
  readonly name: string
  readonly process: HttpsProcess
  readonly path: string
  readonly body: string
}

export const benchmark: Benchmark = {
  title: 'The webhooks: CPU time and memory under load',
  method: `An AdmissionReview of a realistic Mcrouter (2.7 KB) over TLS 1.3, keep-alive, HTTP/1.1, to the server as in the
image, and to a bare Fastify that parses the same body and sends it back. In each round each takes a turn, for each number of
connections. CPU time is that of the whole process, user and system, all threads, divided by the requests; the ratio is taken
within a round. *Rewritten* is a Mcrouter in a deprecated spelling, which \`/mutate\` answers with a patch.
The comparison is harsh on the operator: the echo checks nothing, counts nothing and limits nothing.`,
  limits: `Up to the verdict a request costs what the echo's does, within a tenth: a request with nothing to validate (an
operation that is neither CREATE nor UPDATE) takes 0.9 times the echo's CPU time. The rest is validation. By itself, in a loop,
that takes 11 µs (hazards and sizes 3, the schema's validator 3, rules, the internal form, warnings and the patch the rest);
between requests it takes three to four times as long. Collecting the young generation, 8 MiB every 220 requests, is 5 to 35 µs
of a request, more when fewer CPUs are free; deoptimisations are rare (\`--trace-gc\`, \`--trace-deopt\`). No part of the
validation stands out in a profile.

Memory: 52 MiB of every Node process with TLS is its own binary and libraries; the echo, a bare Fastify, has 91 MiB before its
first request and 106 to 123 under load. Tried to reduce it: \`--optimize-for-size\` saves 12 MiB and costs a fifth more CPU time
a request; a young generation of 1 MiB saves 9 MiB idle and nothing under load, one of 4 MiB saves 22 MiB under load and costs up
to a tenth more CPU time a request; a single malloc arena or a heap that grows by a fifth at a time saves 5 MiB. The old
generation is not limited: a few bodies of 7 MiB would end the process. An open connection costs 0.1 to 0.2 MiB.`,
  run: measure,
}

async function measure({ quick, children, application, say }: Bench): Promise<Figure[]> {
  const serving = await writeServing(join(children.directory, 'webhook-cpu'))
  const server = await startServer(children, await application(), serving)
  const echo = await startEcho(children, serving)
  const rewritten = realisticReview({ memcached_pool_size: 2, memcachedPoolSize: 6 })
  const plain = realisticReview()
  const requests: Request[] = [
    { name: 'echo', process: echo, path: '/echo', body: plain },
    { name: '/mutate', process: server, path: '/mutate', body: plain },
    { name: '/mutate, rewritten', process: server, path: '/mutate', body: rewritten },
    { name: '/validate', process: server, path: '/validate', body: plain },
  ]
  const figures: Figure[] = []
  await warmUp(requests, quick)
  for (const connections of CONNECTIONS) {
    say(`${connections} connections`)
    figures.push(...(await rounds(requests, connections, quick)))
  }
  const memory = memoryOf(server.pid)
  figures.push(
    { what: 'memory of the server after it all', unit: 'MiB', samples: [memory.now], bar: MEMORY_BAR_MIB },
    { what: 'the same, at its highest', unit: 'MiB', samples: [memory.peak], bar: MEMORY_BAR_MIB },
    { what: 'memory of the echo after it all', unit: 'MiB', samples: [memoryOf(echo.pid).now] },
  )
  await Promise.all([server.stop(), echo.stop()])
  return figures
}

/** Compiled code is what a server that has been running for a while has: the compiler needs this many to be done. */
async function warmUp(requests: readonly Request[], quick: boolean): Promise<void> {
  for (const { process, path, body } of requests) {
    const caller = new Caller(process, 16)
    await caller.post(path, body, quick ? 50 : 15_000)
    await caller.close()
  }
}

/** Many short rounds: what else the machine does then falls on all alike. */
async function rounds(requests: readonly Request[], connections: number, quick: boolean): Promise<Figure[]> {
  const times = 512
  const processes = new Set(requests.map(({ process }) => process))
  const callers = new Map([...processes].map((process) => [process, new Caller(process, connections)]))
  const spent = requests.map((): number[] => [])
  for (let round = 0; round < (quick ? 2 : 22); round++) {
    for (const [index, { process, path, body }] of requests.entries()) {
      const before = cpuOf(process.pid)
      await callers.get(process)?.post(path, body, times)
      // Connections are opened in the first round.
      if (round > 0) spent[index]?.push((cpuOf(process.pid) - before) / times)
    }
  }
  await Promise.all([...callers.values()].map((caller) => caller.close()))
  return requests.slice(1).map(({ name }, index) => figureOf(name, connections, spent[index + 1], spent[0]))
}

function figureOf(
  name: string,
  connections: number,
  ours: readonly number[] = [],
  echo: readonly number[] = [],
): Figure {
  const spent = (of: (samples: readonly number[]) => number) =>
    `${of(ours).toFixed(0)} µs to ${of(echo).toFixed(0)} µs`
  return {
    what: `CPU per ${name}, ${connections === 1 ? '1 connection' : `${connections} connections`}, against the echo`,
    unit: '×',
    bar: BAR,
    samples: ours.map((spent, round) => spent / (echo[round] ?? Number.NaN)),
    remark: `median ${spent(median)}, min ${spent((samples) => Math.min(...samples))}`,
  }
}
