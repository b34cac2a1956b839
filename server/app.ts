import Fastify, { type FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { answerClientError } from './errors/client-error.ts'
import { answerFailure } from './errors/error-handler.ts'
import { unrouted } from './errors/not-found.ts'
import { type ConvertOptions, convertRoute } from './routes/convert.ts'
import { type ExplainOptions, explainRoute } from './routes/explain.ts'
import { type MetricsOptions, metricsRoute } from './routes/metrics.ts'
import { openApiRoute } from './routes/openapi.ts'
import { type ProbeOptions, probeRoutes } from './routes/probes.ts'
import { type RenderOptions, renderRoute } from './routes/render.ts'
import { type WebhookRouteOptions, webhookRoutes } from './routes/webhooks.ts'
import type { Drain } from './serving/drain.ts'
import { createListener, type Limits, type TlsSource } from './serving/http-server.ts'
import type { ResponseBudget } from './serving/response-budget.ts'

/** What the routes need from outside; everything else about an answer is in the request. */
export type RouteDeps = ProbeOptions &
  MetricsOptions &
  WebhookRouteOptions &
  ConvertOptions &
  RenderOptions &
  ExplainOptions

/** What the server needs from outside. */
export interface ServerDeps extends RouteDeps {
  readonly drain: Drain
  readonly answers: ResponseBudget
  readonly log: Logger
  readonly limits: Limits
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
    if (typeof payload === 'string' || payload instanceof Buffer)
      answers.hold(reply.raw, request.raw.socket, Buffer.byteLength(payload))
    done()
  })
  app.register(routes, deps)
  return app
}

/** Every route, as one plugin: build/openapi.ts describes them. */
export async function routes(app: FastifyInstance, deps: RouteDeps): Promise<void> {
  app.register(probeRoutes, deps)
  app.register(metricsRoute, deps)
  app.register(openApiRoute)
  app.register(webhookRoutes, deps)
  app.register(convertRoute, deps)
  app.register(renderRoute, deps)
  app.register(explainRoute, deps)
}
