import type { FastifyInstance } from 'fastify'
import { MCR_ERR_METHOD, MCR_ERR_PATH_UNKNOWN } from './errors.ts'
import { pathOf } from './failure.ts'
import { sendProblem } from './problem.ts'

/**
 * Answers what no route takes: 405 with Allow where the path exists, else 404 that names the paths.
 * Must come before the routes, which it watches being added.
 */
export function answerUnrouted(app: FastifyInstance): void {
  const methods = new Map<string, string[]>()
  app.addHook('onRoute', ({ url, method }) => {
    methods.set(url, [...(methods.get(url) ?? []), method].flat())
  })
  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request)
    const taken = methods.get(path)?.join(', ')
    if (taken === undefined) {
      sendProblem(reply, new MCR_ERR_PATH_UNKNOWN(path, [...methods.keys()].join(', ')))
    } else {
      reply.header('allow', taken)
      sendProblem(reply, new MCR_ERR_METHOD(path, request.method, taken))
    }
  })
}
