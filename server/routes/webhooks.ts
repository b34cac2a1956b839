import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { versionsWith } from '../../routing/versions.ts'
import type { Versions } from '../../schemas/api-version.ts'
import type { Images } from '../../schemas/images.ts'
import type { Inheritance } from '../../schemas/inheritance.ts'
import { failed } from '../admission/denial.ts'
import { mutate } from '../admission/mutate.ts'
import { type AdmissionRequest, answer, readReview, SMALL_REVIEW } from '../admission/review.ts'
import { validate } from '../admission/validate.ts'
import type { Verdict } from '../admission/verdict.ts'
import { isKnownCaller } from '../caller.ts'
import { answerFailure } from '../errors/error-handler.ts'
import { MCR_ERR_CLIENT_CERTIFICATE } from '../errors/errors.ts'
import type { Metrics } from '../metrics.ts'
import type { Drain } from '../serving/drain.ts'
import type { JobQueue } from '../serving/job-queue.ts'
import { bodyOf, type RequestBudget, readBody } from '../serving/request-budget.ts'
import { MUTATE, type RouteDescription, VALIDATE } from './descriptions.ts'

/**
 * Bytes of an AdmissionReview: two objects that can be stored, at most 2 MiB each, and 1 MiB for the rest.
 * docs/adr/0015-large-reviews.md has the derivation.
 */
export const REVIEW_LIMIT = 5 * 1024 * 1024

const JSON_TYPE = 'application/json'

export interface Webhook {
  readonly path: string
  readonly verdictOn: (request: AdmissionRequest, inherit: Inheritance, versions: Versions) => Verdict
  readonly openapi: RouteDescription
}

const WEBHOOKS: readonly Webhook[] = [
  { path: '/mutate', verdictOn: mutate, openapi: MUTATE },
  { path: '/validate', verdictOn: validate, openapi: VALIDATE },
]

export interface WebhookRouteOptions {
  readonly inherit: Inheritance
  readonly images: Images
  readonly metrics: Pick<Metrics, 'webhook'>
  readonly bodies: RequestBudget
  /** For large reviews. */
  readonly reviewJobs: JobQueue
  readonly drain: Drain
  readonly log: Logger
  /** Whether they answer only callers with a client certificate. */
  readonly knownCallersOnly: boolean
}

/** `POST /mutate` and `POST /validate`, called by the API server. */
export async function webhookRoutes(app: FastifyInstance, options: WebhookRouteOptions): Promise<void> {
  for (const webhook of WEBHOOKS) app.register(async (scope) => webhookRoute(scope, webhook, options))
}

/**
 * The HTTP around a pure verdict. A small review is answered synchronously after the last byte of its body. Large ones are
 * queued, one at a time, so that no small one waits behind them.
 */
export function webhookRoute(
  app: FastifyInstance,
  { path, verdictOn, openapi }: Webhook,
  options: WebhookRouteOptions,
): void {
  const { log } = options
  const versions = versionsWith(options.images)
  const metrics = options.metrics.webhook(path)
  const fail = answerFailure(log, options.drain)
  app.addContentTypeParser(JSON_TYPE, readBody(REVIEW_LIMIT, options.bodies))
  app.setErrorHandler((error, request, reply) => {
    fail(error, request, reply)
    metrics.answered(reply.statusCode)
  })
  // Before the body is read, which is what costs.
  if (options.knownCallersOnly) {
    app.addHook('onRequest', async (request) => {
      if (!isKnownCaller(request.raw.socket)) throw new MCR_ERR_CLIENT_CERTIFICATE(path)
    })
  }
  app.post(path, { config: { takes: `an AdmissionReview as ${JSON_TYPE}`, openapi } }, handle)

  function handle(request: FastifyRequest, reply: FastifyReply): Promise<void> | undefined {
    options.drain.requested()
    const body = bodyOf(request)
    if (body.length > SMALL_REVIEW) return options.reviewJobs.take(() => respond(body, reply))
    respond(body, reply)
    return undefined
  }

  function respond(body: Buffer, reply: FastifyReply): void {
    const end = metrics.begin()
    try {
      const admission = readReview(body)
      const verdict = judge(admission, (one) => verdictOn(one, options.inherit, versions), log)
      reply.header('content-type', JSON_TYPE).send(answer(admission.uid, verdict))
      metrics.decided(verdict.kind)
      metrics.answered(200)
    } finally {
      end()
    }
  }
}

/** An error while judging is answered with the uid, as controller-runtime does with a panic: the user sees whose fault it was. */
function judge(
  request: AdmissionRequest,
  verdictOn: (request: AdmissionRequest) => Verdict,
  log: Logger,
): Verdict {
  const { uid, name, operation } = request
  try {
    const verdict = verdictOn(request)
    log.debug({ uid, name, operation, verdict: verdict.kind }, 'judged')
    return verdict
  } catch (error) {
    log.error({ err: error, uid }, 'judging failed')
    return failed(request)
  }
}
