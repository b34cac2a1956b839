import type { FastifyInstance } from 'fastify'
import type { ServerDeps } from '../app.ts'
import { METRICS } from './descriptions.ts'

export function metricsRoute(app: FastifyInstance, { metrics: { registry } }: ServerDeps): void {
  app.get('/metrics', { config: { openapi: METRICS } }, async (_request, reply) => {
    reply.type(registry.contentType)
    return registry.metrics()
  })
}
