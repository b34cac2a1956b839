import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { pathOf } from './error-handler.ts'
import { MCR_ERR_METHOD, MCR_ERR_PATH_UNKNOWN } from './errors.ts'
import { sendProblem } from './problem.ts'

/**
 * The answer to what no route takes: 405 with Allow where the path exists, else 404 that names the paths.
 * Must be made before the routes, which it watches being added.
 */
export function unrouted(app: FastifyInstance): (request: FastifyRequest, reply: FastifyReply) => void {
  const methods = new Map<string, string[]>()
  app.addHook('onRoute', ({ url, method }) => {
    methods.set(url, [...(methods.get(url) ?? []), method].flat())
  })
  return (request, reply) => {
    const path = pathOf(request)
    const taken = methods.get(path)?.join(', ')
    if (taken === undefined) {
      sendProblem(reply, new MCR_ERR_PATH_UNKNOWN(path, [...methods.keys()].join(', ')))
    } else {
      reply.header('allow', taken)
      sendProblem(reply, new MCR_ERR_METHOD(path, request.method, taken))
    }
  }
}
