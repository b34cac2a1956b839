import Fastify, { type FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { RenderSettings } from '../render/rendering.ts'
import type { Inheritance } from '../schemas/inheritance.ts'
import { answerClientError } from './errors/client-error.ts'
import { answerFailure } from './errors/error-handler.ts'
import { unrouted } from './errors/not-found.ts'
import type { Metrics } from './metrics.ts'
import { openApiDocument } from './openapi.ts'
import { metricsRoute } from './routes/metrics.ts'
import { mutateWebhook } from './routes/mutate.ts'
import { openApiRoute } from './routes/openapi.ts'
import { probeRoutes } from './routes/probes.ts'
import { renderRoute } from './routes/render.ts'
import { validateWebhook } from './routes/validate.ts'
import { webhookRoute } from './routes/webhook.ts'
import type { Certificate } from './serving/certificate.ts'
import type { Drain } from './serving/drain.ts'
import { createListener, type Limits, type TlsSource } from './serving/http-server.ts'
import type { RenderQueue } from './serving/render-queue.ts'
import type { RequestBudget } from './serving/request-budget.ts'
import type { ResponseBudget } from './serving/response-budget.ts'

/** What the server needs from outside; everything else about an answer is in the request. */
export interface ServerDeps {
  readonly settings: RenderSettings
  readonly inherit: Inheritance
  /** Of the operator, as OpenAPI tells it. */
  readonly version: string
  readonly certificate: Pick<Certificate, 'unready'>
  readonly drain: Drain
  readonly metrics: Metrics
  readonly bodies: RequestBudget
  readonly answers: ResponseBudget
  /** For renderings. */
  readonly turns: RenderQueue
  /** For large reviews. */
  readonly reviewTurns: RenderQueue
  readonly log: Logger
  readonly limits: Limits
  /** Whether the webhooks answer only callers with a client certificate. */
  readonly knownCallersOnly: boolean
  /** Without it the app speaks plain HTTP. */
  readonly tls?: TlsSource
}

/** The app, with every route and not yet listening. */
export function buildApp(deps: ServerDeps): FastifyInstance {
  const { log, drain, answers, limits, tls } = deps
  const fail = answerFailure(log, drain)
  const app = Fastify({
    serverFactory: (handler) => createListener(handler, limits, tls),
    // A keep-alive connection that gets 503 while closing is a failed `kubectl apply` for someone.
    return503OnClosing: false,
    // Errors before routing (a URL that does not decode) take the same way as the others.
    frameworkErrors: fail,
    clientErrorHandler: answerClientError,
  })
  // Fastify's own parsers limit, coerce and refuse in ways that are wrong for admission; each route brings its own.
  app.removeAllContentTypeParsers()
  const answerUnrouted = unrouted(app)
  app.setNotFoundHandler(answerUnrouted)
  app.setErrorHandler((error, request, reply) => {
    // Fastify looks at the body's type before it says that there is no route.
    if (request.is404) answerUnrouted(request, reply)
    else fail(error, request, reply)
  })
  app.addHook('onRequest', (_request, reply, done) => {
    if (drain.draining) reply.header('connection', 'close')
    done()
  })
  app.addHook('onSend', (request, reply, payload, done) => {
    if (typeof payload === 'string') answers.hold(reply.raw, request.raw.socket, Buffer.byteLength(payload))
    done()
  })
  addRoutes(app, deps)
  return app
}

function addRoutes(app: FastifyInstance, deps: ServerDeps): void {
  app.register(async (scope) => webhookRoute(scope, mutateWebhook, deps))
  app.register(async (scope) => webhookRoute(scope, validateWebhook, deps))
  app.register(async (scope) => renderRoute(scope, deps))
  probeRoutes(app, deps)
  metricsRoute(app, deps)
  openApiRoute(app, () => openApiDocument((other) => addRoutes(other, deps), deps.version))
}
