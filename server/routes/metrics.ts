import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../metrics.ts'
import { METRICS } from './descriptions.ts'

export interface MetricsOptions {
  readonly metrics: Pick<Metrics, 'registry'>
}

export async function metricsRoute(
  app: FastifyInstance,
  { metrics: { registry } }: MetricsOptions,
): Promise<void> {
  app.get('/metrics', { config: { openapi: METRICS } }, async (_request, reply) => {
    reply.type(registry.contentType)
    return registry.metrics()
  })
}
