import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { Inheritance } from '../../schemas/inheritance.ts'
import { failed } from '../admission/denial.ts'
import { type AdmissionRequest, answer, readReview, SMALL_REVIEW } from '../admission/review.ts'
import type { Verdict } from '../admission/verdict.ts'
import type { ServerDeps } from '../app.ts'
import { isKnownCaller } from '../caller.ts'
import { answerFailure } from '../errors/error-handler.ts'
import { MCR_ERR_CLIENT_CERTIFICATE } from '../errors/errors.ts'
import type { RouteDescription } from '../openapi.ts'
import { bodyOf, readBody } from '../serving/request-budget.ts'

/**
 * Bytes of an AdmissionReview: two objects that can be stored, at most 2 MiB each, and 1 MiB for the rest.
 * docs/adr/0015-large-reviews.md has the derivation.
 */
export const REVIEW_LIMIT = 5 * 1024 * 1024

const JSON_TYPE = 'application/json'

export interface Webhook {
  readonly path: string
  readonly verdictOn: (request: AdmissionRequest, inherit: Inheritance) => Verdict
  readonly openapi: RouteDescription
}

/**
 * The HTTP around a pure verdict. Synchronous from the last byte of the body to the answer, but for large reviews, which take
 * turns and which no other waits for.
 */
export function webhookRoute(
  app: FastifyInstance,
  { path, verdictOn, openapi }: Webhook,
  deps: ServerDeps,
): void {
  const { log } = deps
  const metrics = deps.metrics.webhook(path)
  const fail = answerFailure(log, deps.drain)
  app.addContentTypeParser(JSON_TYPE, readBody(REVIEW_LIMIT, deps.bodies))
  app.setErrorHandler((error, request, reply) => {
    fail(error, request, reply)
    metrics.answered(reply.statusCode)
  })
  // Before the body is read, which is what costs.
  if (deps.knownCallersOnly) {
    app.addHook('onRequest', async (request) => {
      if (!isKnownCaller(request.raw.socket)) throw new MCR_ERR_CLIENT_CERTIFICATE(path)
    })
  }
  app.post(path, { config: { takes: `an AdmissionReview as ${JSON_TYPE}`, openapi } }, handle)

  function handle(request: FastifyRequest, reply: FastifyReply): Promise<void> | undefined {
    deps.drain.requested()
    const body = bodyOf(request)
    if (body.length > SMALL_REVIEW) return deps.reviewTurns.take(() => respond(body, reply))
    respond(body, reply)
    return undefined
  }

  function respond(body: Buffer, reply: FastifyReply): void {
    const end = metrics.begin()
    try {
      const admission = readReview(body)
      const verdict = judge(admission, (one) => verdictOn(one, deps.inherit), log)
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
