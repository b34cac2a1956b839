import { join } from 'node:path'
import type { Bench, Benchmark, Figure } from './support/benchmark.ts'
import { startEcho, startFixed, startServer } from './support/https-process.ts'
import { serverSideReview } from './support/review.ts'
import { writeServing } from './support/serving.ts'
import { median } from './support/statistics.ts'
import { keepCallerAwake, pinned, type Target, turn, warmUp } from './support/wrk.ts'

const ROUNDS = 15
/** Requests that the compiler needs to be done. */
const WARM = 15_000
const BAR = 1.35

const COMPLETE = serverSideReview()
const REWRITTEN = serverSideReview({ memcachedPoolSize: 6 })
const REFUSED = serverSideReview({ pool_setup: 'shraded' })

export const benchmark: Benchmark = {
  title: 'The webhooks: CPU time when a caller keeps them busy',
  method: `wrk, a load generator in C, posts one AdmissionReview of 2.0 KB over 16 TLS 1.3 connections that stay open, from a
processor of its own, which never sleeps, to a server that has the other one to itself. (A caller that sleeps has to be woken up with each
answer, at the expense of whoever answers; only a server quicker than the caller is spared that.) Measured is the CPU time of the whole process of the server, all
threads, per request: it differs less from run to run than times on the wall where others use the machine as well. All
take turns. What they are compared with is a bare Fastify that parses the body and returns the same small review each
time; beside it node:https that does so without Fastify.`,
  limits: `A third more than a fixed answer is 50 to 60 µs, and the table below shows what is spent. Judging alone takes about that for a
complete spec and more for any other: several times what it takes in a loop by itself (12 to 21 µs for a complete one), because between
two calls TLS, HTTP and the kernel have the processor's caches. What it buys: the schema of every field with the grammar of images and
labels, the rules between fields, the internal form and its warnings. A rewritten spec has each check made one by one and a patch computed;
a refused one is checked once more without its mistakes, so that all that is wrong is said at once, in words and with the nearest match.`,
  needs: ['wrk', 'taskset', 'chrt'],
  run: measure,
}

interface Request extends Target {
  readonly name: string
}

async function measure({ quick, children, application, say }: Bench): Promise<Figure[]> {
  const directory = join(children.directory, 'webhook-saturated')
  const serving = await writeServing(directory)
  const alone = (command: Parameters<typeof pinned>[1]) => pinned(0, command)
  const server = await startServer(children, await application(), serving, alone)
  const fastify = await startEcho(children, serving, alone)
  const node = await startFixed(children, serving, alone)
  const awake = keepCallerAwake(children)
  const fixed: Request = { name: 'Fastify', process: fastify, path: '/fixed', body: COMPLETE }
  const requests: Request[] = [
    { name: 'node:https', process: node, path: '/', body: COMPLETE },
    { name: '/mutate, complete', process: server, path: '/mutate', body: COMPLETE },
    { name: '/mutate, rewritten', process: server, path: '/mutate', body: REWRITTEN },
    { name: '/mutate, refused', process: server, path: '/mutate', body: REFUSED },
    { name: '/validate, complete', process: server, path: '/validate', body: COMPLETE },
  ]
  for (const request of [fixed, ...requests]) await warmUp(directory, request, quick ? 0 : WARM)
  const spent = new Map<Request, number[]>()
  for (let round = 0; round < (quick ? 1 : ROUNDS); round++) {
    for (const request of [fixed, ...requests]) {
      const { micros } = await turn(directory, request, 1)
      say(`${request.name}: ${micros.toFixed(1)} µs`)
      spent.set(request, [...(spent.get(request) ?? []), micros])
    }
  }
  await Promise.all([server.stop(), fastify.stop(), node.stop(), awake.stop('SIGKILL')])
  const base = spent.get(fixed) ?? []
  return [
    { what: 'CPU per request, Fastify with a fixed answer', unit: 'µs', samples: base },
    ...requests.map((request) => figureOf(request, spent.get(request) ?? [], base)),
  ]
}

function figureOf({ name, path }: Request, ours: readonly number[], base: readonly number[]): Figure {
  return {
    what: `CPU per ${name}, against it`,
    unit: '×',
    samples: ours.map((micros, round) => micros / (base[round] ?? Number.NaN)),
    remark: `median ${median(ours).toFixed(0)} µs, min ${Math.min(...ours).toFixed(0)} µs`,
    ...(path !== '/' && { bar: BAR }),
  }
}
