import { fileURLToPath } from 'node:url'
import swagger from '@fastify/swagger'
import Fastify from 'fastify'
import packageJson from '../package.json' with { type: 'json' }
import { systemClock } from '../process/clock.ts'
import { createLog } from '../process/log.ts'
import { DEFAULT_IMAGES } from '../schemas/images.ts'
import { INHERITS_NOTHING } from '../schemas/inheritance.ts'
import { type RouteDeps, routes } from '../server/app.ts'
import { createMetrics } from '../server/metrics.ts'
import { Drain } from '../server/serving/drain.ts'
import { JobQueue } from '../server/serving/job-queue.ts'
import { RequestBudget } from '../server/serving/request-budget.ts'
import { writeOrCheck } from './generated.ts'

// Writes server/generated/openapi.json from the descriptions of the routes: `node build/openapi.ts`. With --check it writes
// nothing and ends with 1 when the file differs.

export const OPENAPI_FILE = fileURLToPath(new URL('../server/generated/openapi.json', import.meta.url))

const DESCRIPTION =
  'Admission webhooks for Mcrouter objects, and what such an object expands to. Stateless; every error that is not an AdmissionReview is application/problem+json (RFC 9457) with a stable code.'

/** The OpenAPI document of the server's routes. */
export async function openApiDocument(): Promise<object> {
  const app = Fastify()
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'mcrouter-operator server', version: packageJson.version, description: DESCRIPTION },
    },
    transform: ({ url, route }) => ({ url, schema: route.config?.openapi ?? { hide: true } }),
  })
  await app.register(routes, deps())
  await app.ready()
  const document = app.swagger()
  await app.close()
  return document
}

/** What the routes are registered with; nothing is asked of them. */
function deps(): RouteDeps {
  const pause = async () => {}
  return {
    settings: { clusterDomain: 'cluster.local' },
    inherit: INHERITS_NOTHING,
    images: DEFAULT_IMAGES,
    certificate: { unready: () => undefined },
    drain: new Drain(systemClock, pause),
    metrics: createMetrics(),
    bodies: new RequestBudget(0),
    renderJobs: new JobQueue(pause),
    reviewJobs: new JobQueue(pause),
    convertJobs: new JobQueue(pause),
    knownCallersOnly: false,
    log: createLog('silent', process.stderr),
  }
}

if (import.meta.main) writeOrCheck(OPENAPI_FILE, `${JSON.stringify(await openApiDocument(), null, 2)}\n`)
