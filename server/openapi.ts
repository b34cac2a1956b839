import Fastify, { type FastifyInstance, type FastifySchema } from 'fastify'

/** One operation as OpenAPI tells it; Fastify validates nothing by it. */
export type RouteDescription = FastifySchema

declare module 'fastify' {
  interface FastifyContextConfig {
    openapi?: RouteDescription
    /** The body that the route takes, in words, for errors about it. */
    takes?: string
  }
}

/**
 * The OpenAPI document of the routes, as JSON text. Made from a second app that never listens, because
 * @fastify/swagger must watch routes being added: loaded with the server it would cost its start and its
 * memory, and almost nobody ever asks.
 */
export async function openApiDocument(
  addRoutes: (app: FastifyInstance) => void,
  version: string,
): Promise<string> {
  const { default: swagger } = await import('@fastify/swagger')
  const app = Fastify()
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'mcrouter-operator server', version, description: DESCRIPTION },
    },
    transform: ({ url, route }) => ({ url, schema: route.config?.openapi ?? { hide: true } }),
  })
  await app.register(async (scope) => addRoutes(scope))
  await app.ready()
  const document = JSON.stringify(app.swagger())
  await app.close()
  return document
}

const DESCRIPTION =
  'Admission webhooks for Mcrouter objects, and what such an object expands to. Stateless; every error that is not an AdmissionReview is application/problem+json (RFC 9457) with a stable code.'
