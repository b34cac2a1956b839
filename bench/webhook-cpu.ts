import { join } from 'node:path'
import { cpuOf, memoryOf } from '../testing/process/usage.ts'
import { BAR_VERSIONS, type Bench, type Benchmark, type Figure } from './support/benchmark.ts'
import { type HttpsProcess, startEcho, startServer } from './support/https-process.ts'
import { Caller, warmUp } from './support/load.ts'
import { realisticReview, realisticReviewOfV1beta1 } from './support/review.ts'
import { writeServing } from './support/serving.ts'
import { median } from './support/statistics.ts'

const CONNECTIONS = [1, 16, 64]
const BAR = 1.35
const MEMORY_BAR_MIB = 85
const PLAIN = '/mutate'
const OF_V1BETA1 = '/mutate, v1beta1'

interface Request {
  readonly name: string
  readonly process: HttpsProcess
  readonly path: string
  readonly body: string
}

export const benchmark: Benchmark = {
  title: 'The webhooks: CPU time and memory under load',
  method: `An AdmissionReview of a realistic Mcrouter (2.7 KB) over TLS 1.3, keep-alive, HTTP/1.1, to the server as in the
image, and to a bare Fastify, bundled in the same way and with Node's own flags, that parses the same body and sends it back. In
each round each takes a turn, for each number of connections. CPU time is that of the whole process, user and system, all
threads, divided by the requests; the ratio is taken within a round. The caller never sleeps: waking it would be charged to the
server that answers, but only to one so slow that it fell asleep. *Rewritten* is a Mcrouter in a deprecated spelling, which
\`/mutate\` answers with a patch. It says how the operator compares with an echo, not how near it is to the
least that a webhook can cost: the echo writes 2.7 KB where a verdict has 150 bytes, and this caller, in JavaScript, does not keep the
servers busy. The next section has that.`,
  limits: `Of the CPU time of a /mutate over 16 connections (\`perf record\`, inclusive): reading the review 21 %, of which JSON.parse
17; judging it 19, of which the schema 10; Node's HTTP parser and request 15; writing the answer 12, of which the kernel 8.
A rewritten Mcrouter takes the checks one by one (docs/adr/0012-generated-validators.md), and its patch has to be made.

Memory: 52 MiB of every Node process with TLS is its own binary and libraries, and the server has 80 before its first request.
What bounds it, and what was tried besides: docs/adr/0013-memory-of-the-processes.md. An open connection costs 0.1 to
0.2 MiB.`,
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
    { name: PLAIN, process: server, path: '/mutate', body: plain },
    { name: '/mutate, rewritten', process: server, path: '/mutate', body: rewritten },
    { name: '/validate', process: server, path: '/validate', body: plain },
    { name: OF_V1BETA1, process: server, path: '/mutate', body: realisticReviewOfV1beta1() },
  ]
  const figures: Figure[] = []
  for (const { process, path, body } of requests) await warmUp(process, path, body, quick ? 50 : 15_000)
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
  const of = (wanted: string) => spent[requests.findIndex(({ name }) => name === wanted)]
  return [
    ...requests.slice(1).map(({ name }, index) => figureOf(name, connections, spent[index + 1], spent[0])),
    versionsFigure(connections, of(OF_V1BETA1), of(PLAIN)),
  ]
}

/** Within a round, as the ratio to the echo. */
function versionsFigure(
  connections: number,
  latter: readonly number[] = [],
  former: readonly number[] = [],
): Figure {
  return {
    what: `CPU per /mutate of v1beta1, ${named(connections)}, against v1alpha3`,
    unit: '×',
    bar: BAR_VERSIONS,
    samples: latter.map((spent, round) => spent / (former[round] ?? Number.NaN)),
  }
}

function named(connections: number): string {
  return connections === 1 ? '1 connection' : `${connections} connections`
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
    what: `CPU per ${name}, ${named(connections)}, against the echo`,
    unit: '×',
    bar: BAR,
    samples: ours.map((spent, round) => spent / (echo[round] ?? Number.NaN)),
    remark: `median ${spent(median)}, min ${spent((samples) => Math.min(...samples))}`,
  }
}
