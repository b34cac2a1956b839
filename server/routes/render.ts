import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { expand } from '../../render/expand.ts'
import type { Refusal, SyntaxFault } from '../../render/expansion.ts'
import { REQUEST_LIMITS } from '../../render/parse-objects.ts'
import type { Output, Show } from '../../render/print.ts'
import type { RenderSettings } from '../../render/rendering.ts'
import type { Inheritance } from '../../schemas/inheritance.ts'
import { mediaTypeError, shown } from '../errors/error-handler.ts'
import { MCR_ERR_INVALID, MCR_ERR_TEXT } from '../errors/errors.ts'
import { sendProblem } from '../errors/problem.ts'
import { type RenderQuery, renderQueryOf } from '../query.ts'
import type { Drain } from '../serving/drain.ts'
import type { JobQueue } from '../serving/job-queue.ts'
import { bodyOf, type RequestBudget, readBody } from '../serving/request-budget.ts'
import { RENDER } from './descriptions.ts'

/** Whatever a person's client may call YAML or JSON, curl's default for --data-binary included. */
const TAKEN = /^(text\/|application\/(.*(yaml|json)|octet-stream|x-www-form-urlencoded)\b)/

export interface RenderOptions {
  readonly settings: RenderSettings
  readonly inherit: Inheritance
  readonly bodies: RequestBudget
  readonly renderJobs: JobQueue
  readonly drain: Drain
}

/** `POST /render`: the text of Mcrouters in, everything that they expand to out. */
export async function renderRoute(
  app: FastifyInstance,
  { settings, inherit, bodies, renderJobs, drain }: RenderOptions,
): Promise<void> {
  const read = readBody(REQUEST_LIMITS.bytes, bodies)
  app.addContentTypeParser(TAKEN, read)
  app.addContentTypeParser('*', (request, payload, done) => {
    if (request.headers['content-type'] === undefined) read(request, payload, done)
    else done(mediaTypeError(request))
  })
  app.post('/render', { config: { takes: 'one or more Mcrouters as YAML or JSON', openapi: RENDER } }, handle)

  async function handle(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    drain.requested()
    const query = renderQueryOf(request.query)
    const output = outputOf(request.headers.accept)
    const body = bodyOf(request)
    await renderJobs.take(async () => {
      // What admission does without is loaded when the first person asks for it.
      const { print } = await import('../../render/print.ts')
      answer(request, reply, body.toString('utf8'), { ...query, output, print })
    })
  }

  function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    text: string,
    { namespace, show, output, print }: Wanted,
  ): void {
    const options = { namespace, settings, inherit, limits: REQUEST_LIMITS, others: 'refuse' } as const
    const expansion = expand([{ name: 'the body', text }], options)
    if (expansion.kind === 'unreadable') refuseText(reply, expansion.fault, adviceOn(request, text))
    else if (expansion.kind === 'refused') refuseObjects(reply, expansion.refusals)
    else {
      reply.header('content-type', typeOf(output, show, expansion.rendered.length))
      reply.send(print(expansion.rendered, output, show))
    }
  }
}

interface Wanted extends RenderQuery {
  readonly output: Output
  readonly print: typeof import('../../render/print.ts').print
}

/** JSON for who asks for it before any YAML, else YAML: a person's client accepts everything. */
function outputOf(accept = ''): Output {
  const types = accept.split(',').map((range) => range.split(';', 1).join().trim().toLowerCase())
  return types.find((type) => /[/+-](json|yaml)$/.test(type))?.endsWith('json') ? 'json' : 'yaml'
}

/** The configurations of several Mcrouters stand under comments, which mcrouter reads and JSON does not have. */
function typeOf(output: Output, show: Show, count: number): string {
  if (output === 'json' || (show === 'config' && count === 1)) return 'application/json'
  return show === 'config' ? 'text/plain; charset=utf-8' : 'application/yaml'
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
