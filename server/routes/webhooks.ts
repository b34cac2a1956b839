import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Logger } from 'pino'
import { isKnownCaller } from '../../process/caller.ts'
import { versionsWith } from '../../routing/versions.ts'
import type { Versions } from '../../schemas/api-version.ts'
import type { Images } from '../../schemas/images.ts'
import type { Inheritance } from '../../schemas/inheritance.ts'
import { failed } from '../admission/denial.ts'
import { mutate } from '../admission/mutate.ts'
import { type AdmissionRequest, answer, readReview } from '../admission/review.ts'
import { validate } from '../admission/validate.ts'
import type { Verdict } from '../admission/verdict.ts'
import { MCR_ERR_CLIENT_CERTIFICATE } from '../errors/errors.ts'
import type { Metrics } from '../metrics.ts'
import type { Drain } from '../serving/drain.ts'
import type { JobQueue } from '../serving/job-queue.ts'
import type { RequestBudget } from '../serving/request-budget.ts'
import { MUTATE, type RouteDescription, VALIDATE } from './descriptions.ts'
import { JSON_TYPE, reviewRoute } from './review-route.ts'

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

/** The HTTP around a pure verdict. */
export function webhookRoute(
  app: FastifyInstance,
  { path, verdictOn, openapi }: Webhook,
  options: WebhookRouteOptions,
): void {
  const { log, bodies, drain, reviewJobs: jobs } = options
  const versions = versionsWith(options.images)
  const metrics = options.metrics.webhook(path)
  // Before the body is read, which is what costs.
  if (options.knownCallersOnly) {
    app.addHook('onRequest', async (request) => {
      if (!isKnownCaller(request.raw.socket)) throw new MCR_ERR_CLIENT_CERTIFICATE(path)
    })
  }
  const route = { path, takes: 'an AdmissionReview', openapi, metrics, bodies, jobs, drain, log }
  reviewRoute(app, route, respond)

  function respond(body: Buffer, reply: FastifyReply): undefined {
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
