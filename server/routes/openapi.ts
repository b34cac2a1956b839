import type { FastifyInstance } from 'fastify'
import { OPENAPI } from './descriptions.ts'

/** @param make the document; asked once, at the first request */
export function openApiRoute(app: FastifyInstance, make: () => Promise<string>): void {
  let document: Promise<string> | undefined
  app.get('/openapi.json', { config: { openapi: OPENAPI } }, async (_request, reply) => {
    document ??= make()
    reply.type('application/json')
    return document
  })
}
