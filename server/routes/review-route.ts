import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { SMALL_REVIEW } from '../admission/review.ts'
import { answerFailure } from '../errors/error-handler.ts'
import type { WebhookMetrics } from '../metrics.ts'
import type { Drain } from '../serving/drain.ts'
import type { JobQueue } from '../serving/job-queue.ts'
import { bodyOf, type RequestBudget, readBody } from '../serving/request-budget.ts'
import type { RouteDescription } from './descriptions.ts'

/**
 * Bytes of an AdmissionReview: two objects that can be stored, at most 2 MiB each, and 1 MiB for the rest.
 * docs/adr/0015-large-reviews.md has the derivation.
 */
export const REVIEW_LIMIT = 5 * 1024 * 1024

export const JSON_TYPE = 'application/json'

export interface ReviewRoute {
  readonly path: string
  /** What it answers, with its article. */
  readonly takes: string
  readonly openapi: RouteDescription
  readonly metrics: WebhookMetrics
  readonly bodies: RequestBudget
  /** Where the large ones wait. */
  readonly jobs: JobQueue
  readonly drain: Drain
  readonly log: Logger
}

/**
 * The HTTP around an answer to what an API server asks by a review. A small one is answered at once, after the last byte of its body.
 * Large ones are queued, one at a time, so that no small one waits behind them.
 */
export function reviewRoute(
  app: FastifyInstance,
  { path, takes, openapi, metrics, bodies, jobs, drain, log }: ReviewRoute,
  respond: (body: Buffer, reply: FastifyReply) => Promise<void> | undefined,
): void {
  const fail = answerFailure(log, drain)
  app.addContentTypeParser(JSON_TYPE, readBody(REVIEW_LIMIT, bodies))
  app.setErrorHandler((error, request, reply) => {
    fail(error, request, reply)
    metrics.answered(reply.statusCode)
  })
  app.post(path, { config: { takes: `${takes} as ${JSON_TYPE}`, openapi } }, handle)

  function handle(request: FastifyRequest, reply: FastifyReply): Promise<void> | undefined {
    drain.requested()
    const body = bodyOf(request)
    return body.length > SMALL_REVIEW
      ? jobs.take(request.ip, () => respond(body, reply))
      : respond(body, reply)
  }
}
