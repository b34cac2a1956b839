import type { FastifyInstance } from 'fastify'
import supertest from 'supertest'
import type { Test } from 'tap'
import { createLog } from '../../process/log.ts'
import { DEFAULT_IMAGES } from '../../schemas/images.ts'
import { INHERITS_NOTHING } from '../../schemas/inheritance.ts'
import type { ServerDeps } from '../../server/app.ts'
import { buildApp } from '../../server/app.ts'
import { createMetrics } from '../../server/metrics.ts'
import { Drain } from '../../server/serving/drain.ts'
import { LIMITS } from '../../server/serving/http-server.ts'
import { JobQueue } from '../../server/serving/job-queue.ts'
import { RequestBudget } from '../../server/serving/request-budget.ts'
import { ResponseBudget } from '../../server/serving/response-budget.ts'

/** The server's app with nothing real behind it, and what it has logged. */
export interface TestServer {
  readonly app: FastifyInstance
  readonly deps: ServerDeps
  readonly logged: string[]
}

export function serverWith(overrides: Partial<ServerDeps> = {}): TestServer {
  const logged: string[] = []
  const clock = { now: () => Date.now(), monotonic: () => performance.now() }
  const deps: ServerDeps = {
    settings: { clusterDomain: 'cluster.local' },
    inherit: INHERITS_NOTHING,
    images: DEFAULT_IMAGES,
    certificate: { unready: () => undefined },
    drain: new Drain(clock, () => new Promise(() => {})),
    metrics: createMetrics(),
    bodies: new RequestBudget(64 * 1024 * 1024),
    answers: new ResponseBudget(16 * 1024 * 1024),
    renderJobs: new JobQueue(async () => {}),
    reviewJobs: new JobQueue(async () => {}),
    convertJobs: new JobQueue(async () => {}),
    limits: LIMITS,
    knownCallersOnly: false,
    log: createLog('warn', { write: (line) => logged.push(line) }),
    ...overrides,
  }
  return { app: buildApp(deps), deps, logged }
}

/** A client of a fresh server that goes away with the test. */
export async function clientOf(t: Pick<Test, 'teardown'>, overrides: Partial<ServerDeps> = {}) {
  const server = serverWith(overrides)
  t.teardown(() => server.app.close())
  await server.app.ready()
  return { http: supertest(server.app.server), ...server }
}
