import { setImmediate as turn } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Logger } from 'pino'
import { versionsWith } from '../../routing/versions.ts'
import type { Versions } from '../../schemas/api-version.ts'
import type { Images } from '../../schemas/images.ts'
import type { Span } from '../../text/json-members.ts'
import { SMALL_REVIEW } from '../admission/review.ts'
import {
  type Converted,
  convertObject,
  failedObject,
  type UnknownVersion,
} from '../conversion/convert-object.ts'
import { answer, type ConversionRequest, type Refusal, readReview, refuse } from '../conversion/review.ts'
import { MCR_ERR_BODY_NOT_JSON } from '../errors/errors.ts'
import type { Metrics } from '../metrics.ts'
import type { Drain } from '../serving/drain.ts'
import type { JobQueue } from '../serving/job-queue.ts'
import type { RequestBudget } from '../serving/request-budget.ts'
import { CONVERT } from './descriptions.ts'
import { JSON_TYPE, reviewRoute } from './review-route.ts'

const PATH = '/convert'

/** Milliseconds of conversion after which others have a turn: less than anybody notices. */
const SLICE = 5

export interface ConvertOptions {
  readonly metrics: Pick<Metrics, 'webhook' | 'conversion'>
  readonly bodies: RequestBudget
  /** For large reviews: of their own, since anybody may ask for conversions, and not all for admission. */
  readonly convertJobs: JobQueue
  readonly drain: Drain
  readonly log: Logger
  readonly images: Images
  /** By default all that there are, with these images. */
  readonly versions?: Versions
}

/**
 * `POST /convert`, called by the API server whenever somebody reads or writes Mcrouters in a version that is not the stored one.
 * It asks for no client certificate, also where the webhooks do: the API server has one for admission alone
 * (docs/adr/0035-convert-webhook.md).
 */
export async function convertRoute(app: FastifyInstance, options: ConvertOptions): Promise<void> {
  const { log, versions = versionsWith(options.images) } = options
  const metrics = options.metrics.webhook(PATH)
  const { bodies, drain, convertJobs: jobs } = options
  const route = {
    path: PATH,
    takes: 'a ConversionReview',
    openapi: CONVERT,
    metrics,
    bodies,
    jobs,
    drain,
    log,
  }
  reviewRoute(app, route, respond)

  async function respond(body: Buffer, reply: FastifyReply): Promise<void> {
    const end = metrics.begin()
    try {
      const review = readReview(body, versions)
      const answered = 'message' in review ? review : await inTurn(body, review, reply)
      const refused = 'message' in answered
      if (refused) log.warn({ uid: answered.uid, reason: answered.message }, 'refused to convert')
      reply.header('content-type', JSON_TYPE).send(refused ? refuse(answered) : answered)
      metrics.answered(200)
    } finally {
      end()
    }
  }

  /** Of several objects a small review may cost as much as a large one, which has waited before. An API server asks for one. */
  async function inTurn(body: Buffer, review: ConversionRequest, reply: FastifyReply) {
    const convert = () => converted(body, review, reply)
    const isCheap = review.objects.length <= 1 || body.length > SMALL_REVIEW
    return isCheap ? convert() : jobs.take(reply.request.ip, convert)
  }

  /** One object after the other, with turns for whoever else calls. Nobody is answered who has left. */
  async function converted(
    body: Buffer,
    review: ConversionRequest,
    reply: FastifyReply,
  ): Promise<Buffer | Refusal> {
    const { uid, to, objects } = review
    const answers: (readonly Buffer[])[] = []
    let since = performance.now()
    let [reason, left]: [string | undefined, number] = [undefined, 0]
    for (const place of objects) {
      if (performance.now() - since > SLICE) {
        await turn()
        since = performance.now()
      }
      if (reply.raw.destroyed) break
      const result = convertedAt(body, place, review)
      if ('message' in result) {
        options.metrics.conversion.converted(to.name, 'refused')
        return { uid, message: result.message }
      }
      const { pieces, unread } = result
      if (unread !== undefined) [reason, left] = [reason ?? unread, left + 1]
      options.metrics.conversion.converted(to.name, unread === undefined ? 'converted' : 'unread')
      answers.push(pieces)
    }
    const counts = { uid, to: to.name, objects: objects.length }
    if (left > 0) log.warn({ ...counts, left, reason }, 'objects were not converted')
    else log.debug(counts, 'converted')
    return answer(review, answers)
  }

  function convertedAt(
    body: Buffer,
    place: Span,
    { uid, to }: ConversionRequest,
  ): Converted | UnknownVersion {
    try {
      return convertObject(body, place, to, versions)
    } catch (error) {
      if (error instanceof MCR_ERR_BODY_NOT_JSON) throw error
      log.error({ err: error, uid }, 'converting failed')
      return failedObject(
        body,
        place,
        to,
        `the conversion failed: the log of the webhook server says why under uid ${uid}`,
      )
    }
  }
}
