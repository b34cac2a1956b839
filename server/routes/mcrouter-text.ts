import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Refusal, SyntaxFault, Unaccepted } from '../../render/expansion.ts'
import { REQUEST_LIMITS } from '../../render/parse-objects.ts'
import { mediaTypeError, shown } from '../errors/error-handler.ts'
import { MCR_ERR_INVALID, MCR_ERR_TEXT } from '../errors/errors.ts'
import { sendProblem } from '../errors/problem.ts'
import { type RequestBudget, readBody } from '../serving/request-budget.ts'

/** Whatever a person's client may call YAML or JSON, curl's default for --data-binary included. */
const TAKEN = /^(text\/|application\/(.*(yaml|json)|octet-stream|x-www-form-urlencoded)\b)/

/** What a route takes that reads the text of Mcrouters, in words. */
export const MCROUTERS = 'one or more Mcrouters as YAML or JSON'

/** Has the routes of an app take the text of Mcrouters. */
export function takeMcrouters(app: FastifyInstance, bodies: RequestBudget): void {
  const read = readBody(REQUEST_LIMITS.bytes, bodies)
  app.addContentTypeParser(TAKEN, read)
  app.addContentTypeParser('*', (request, payload, done) => {
    if (request.headers['content-type'] === undefined) read(request, payload, done)
    else done(mediaTypeError(request))
  })
}

/** Answers that a text cannot be read, or with all that is wrong with its Mcrouters. */
export function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  text: string,
  refused: Unaccepted,
): void {
  if (refused.kind === 'unreadable') refuseText(reply, refused.fault, adviceOn(request, text))
  else refuseObjects(reply, refused.refusals)
}

/** curl(1): -d drops the line breaks of a file, without which no YAML of two lines is left. */
function adviceOn({ headers }: FastifyRequest, text: string): string {
  const mangled = headers['content-type'] === 'application/x-www-form-urlencoded' && !text.includes('\n')
  return mangled ? '; curl -d drops line breaks: send the file with --data-binary' : ''
}

function refuseText(reply: FastifyReply, { message, line, column }: SyntaxFault, advice: string): void {
  const place = line === undefined ? '' : ` (line ${line}, column ${column})`
  sendProblem(
    reply,
    new MCR_ERR_TEXT(`${message}${place}${advice}`),
    line === undefined ? {} : { line, column },
  )
}

function refuseObjects(reply: FastifyReply, refusals: readonly Refusal[]): void {
  const violations = refusals.flatMap((refusal) =>
    refusal.violations.map((violation) => ({ subject: refusal.subject, ...violation })),
  )
  const subjects = refusals.map((refusal) => refusal.subject).join(', ')
  sendProblem(reply, new MCR_ERR_INVALID(shown(subjects)), { violations })
}
