import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { expand } from '../../render/expand.ts'
import { requestLimits } from '../../render/parse-objects.ts'
import type { Output, Show } from '../../render/print.ts'
import type { RenderSettings } from '../../render/rendering.ts'
import type { Images } from '../../schemas/images.ts'
import type { Inheritance } from '../../schemas/inheritance.ts'
import { type RenderQuery, renderQueryOf } from '../query.ts'
import type { Drain } from '../serving/drain.ts'
import type { JobQueue } from '../serving/job-queue.ts'
import { bodyOf, type RequestBudget } from '../serving/request-budget.ts'
import { RENDER } from './descriptions.ts'
import { MCROUTERS, refuse, takeMcrouters } from './mcrouter-text.ts'

const LIMITS = requestLimits('render')

export interface RenderOptions {
  readonly settings: RenderSettings
  readonly inherit: Inheritance
  readonly images: Images
  readonly bodies: RequestBudget
  readonly renderJobs: JobQueue
  readonly drain: Drain
}

/** `POST /render`: the text of Mcrouters in, everything that they expand to out. */
export async function renderRoute(
  app: FastifyInstance,
  { settings, inherit, images, bodies, renderJobs, drain }: RenderOptions,
): Promise<void> {
  takeMcrouters(app, bodies)
  app.post('/render', { config: { takes: MCROUTERS, openapi: RENDER } }, handle)

  async function handle(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    drain.requested()
    const query = renderQueryOf(request.query)
    const output = outputOf(request.headers.accept)
    const body = bodyOf(request)
    await renderJobs.take(request.ip, async () => {
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
    const options = { namespace, settings, inherit, images, limits: LIMITS, others: 'refuse' } as const
    const expansion = expand([{ name: 'the body', text }], options)
    if (expansion.kind !== 'rendered') refuse(request, reply, text, expansion)
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
