import type { FastifyInstance } from 'fastify'
import { OPENAPI } from './descriptions.ts'

/** Serves the document that build/openapi.ts made of the routes; loaded at the first request, since almost nobody asks. */
export async function openApiRoute(app: FastifyInstance): Promise<void> {
  app.get('/openapi.json', { config: { openapi: OPENAPI } }, async (_request, reply) => {
    const { default: document } = await import('../generated/openapi.json', { with: { type: 'json' } })
    reply.type('application/json')
    return JSON.stringify(document)
  })
}
