import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { accept } from '../../render/expand.ts'
import type { ExplanationOutput } from '../../render/explain.ts'
import { requestLimits } from '../../render/parse-objects.ts'
import type { RenderSettings } from '../../render/rendering.ts'
import type { Images } from '../../schemas/images.ts'
import type { Inheritance } from '../../schemas/inheritance.ts'
import { type ExplainQuery, explainQueryOf } from '../query.ts'
import type { Drain } from '../serving/drain.ts'
import type { JobQueue } from '../serving/job-queue.ts'
import { bodyOf, type RequestBudget } from '../serving/request-budget.ts'
import { EXPLAIN } from './descriptions.ts'
import { MCROUTERS, refuse, takeMcrouters } from './mcrouter-text.ts'

const LIMITS = requestLimits('explain')

export interface ExplainOptions {
  readonly settings: RenderSettings
  readonly inherit: Inheritance
  readonly images: Images
  readonly bodies: RequestBudget
  /** The same as of `/render`: both cost as much. */
  readonly renderJobs: JobQueue
  readonly drain: Drain
}

/** `POST /explain`: the text of Mcrouters and a key in, the servers that are asked for it and why out. */
export async function explainRoute(
  app: FastifyInstance,
  { settings, inherit, images, bodies, renderJobs, drain }: ExplainOptions,
): Promise<void> {
  takeMcrouters(app, bodies)
  app.post('/explain', { config: { takes: MCROUTERS, openapi: EXPLAIN } }, handle)

  async function handle(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    drain.requested()
    const query = explainQueryOf(request.query, request.url)
    const body = bodyOf(request)
    await renderJobs.take(request.ip, async () => {
      // What admission does without is loaded when the first person asks for it.
      const explaining = await import('../../render/explain.ts')
      answer(request, reply, body.toString('utf8'), { query, ...explaining })
    })
  }

  function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    text: string,
    { query: { namespace, ...question }, explain, printExplained }: Wanted,
  ): void {
    const options = { namespace, inherit, images, limits: LIMITS, others: 'refuse' } as const
    const acceptance = accept([{ name: 'the body', text }], options)
    if (acceptance.kind !== 'accepted') {
      refuse(request, reply, text, acceptance)
      return
    }
    const output = outputOf(request.headers.accept)
    const explained = acceptance.accepted.map((one) => explain(one, question, settings))
    reply.header('content-type', output === 'json' ? 'application/json' : 'text/plain; charset=utf-8')
    reply.send(printExplained(explained, output))
  }
}

interface Wanted extends Pick<typeof import('../../render/explain.ts'), 'explain' | 'printExplained'> {
  readonly query: ExplainQuery
}

/** JSON for who asks for it before any text. */
function outputOf(accept = ''): ExplanationOutput {
  const types = accept.split(',').map((range) => range.split(';', 1).join().trim().toLowerCase())
  return types.find((type) => /^text\/|[/+-]json$/.test(type))?.endsWith('json') ? 'json' : 'text'
}
