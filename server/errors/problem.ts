import { STATUS_CODES } from 'node:http'
import type { FastifyReply } from 'fastify'

/** RFC 9457; `code` is the error's stable name, so the type need not say more than the status does. */
export interface Problem {
  readonly type: 'about:blank'
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
}

/** An error of errors.ts whose third argument is an HTTP status. */
export interface CodedError extends Error {
  readonly code: string
  readonly statusCode?: number | undefined
}

export const PROBLEM_TYPE = 'application/problem+json'

/**
 * One second: the API server repeats a webhook call that was answered 503 with Retry-After within its own
 * timeout of 5 s (client-go rest/with_retry.go); a longer wait would turn load into denials.
 */
const RETRY_AFTER_S = '1'

export function problemOf(error: CodedError): Problem {
  const status = error.statusCode ?? 500
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: error.message,
    code: error.code,
  }
}

/**
 * Indented, since the reader is a person with curl as often as a program.
 * @param extension further members of the problem, such as the violations
 */
export function sendProblem(reply: FastifyReply, error: CodedError, extension?: object): void {
  const problem = problemOf(error)
  reply.code(problem.status).header('content-type', PROBLEM_TYPE)
  if (problem.status === 503) reply.header('retry-after', RETRY_AFTER_S)
  reply.send(`${JSON.stringify({ ...problem, ...extension }, null, 2)}\n`)
}
