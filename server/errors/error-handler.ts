import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { MCR_ERR_HTTP, MCR_ERR_INTERNAL, MCR_ERR_MEDIA_TYPE, MCR_ERR_URL } from './errors.ts'
import { type CodedError, sendProblem } from './problem.ts'

/**
 * The answer to whatever was thrown on the way to an answer. Only errors of errors.ts speak to the caller;
 * Fastify's own are translated, and anything else is logged and answered without a word of its text.
 */
export function answerFailure(log: Logger, drain: { readonly draining: boolean }) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    // Fastify closes the connection after a body that was not read to its end. Node reads on and drops the
    // rest, within the request timeout; closing would reset it, and the client would never see the answer.
    if (!drain.draining) reply.removeHeader('connection')
    const coded = translated(error, request)
    if (coded.statusCode === 500)
      log.error({ err: error, request: request.id, path: pathOf(request) }, 'request failed')
    sendProblem(reply, coded)
  }
}

function translated(error: unknown, request: FastifyRequest): CodedError {
  if (!isCoded(error)) return new MCR_ERR_INTERNAL(request.id)
  if (error.code.startsWith('MCR_ERR_')) return error
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return mediaTypeError(request)
  if (error.code === 'FST_ERR_BAD_URL') return new MCR_ERR_URL(shown(request.url))
  const { statusCode = 500 } = error
  return statusCode < 500 ? new MCR_ERR_HTTP(error.message) : new MCR_ERR_INTERNAL(request.id)
}

export function mediaTypeError(request: FastifyRequest): CodedError {
  const { headers, routeOptions } = request
  return new MCR_ERR_MEDIA_TYPE(
    shown(headers['content-type'] ?? '(none)'),
    routeOptions.config.takes ?? 'none',
  )
}

function isCoded(error: unknown): error is CodedError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}

export function pathOf(request: FastifyRequest): string {
  return shown(request.url.split('?', 1).join())
}

/** What a caller wrote, short enough to repeat. */
export function shown(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text
}
