import type { FastifyInstance } from 'fastify'
import type { Certificate } from '../serving/certificate.ts'
import type { Drain } from '../serving/drain.ts'
import { HEALTHZ, READYZ } from './descriptions.ts'

export interface ProbeOptions {
  readonly certificate: Pick<Certificate, 'unready'>
  readonly drain: Pick<Drain, 'draining'>
}

/**
 * Liveness and readiness on the one HTTPS listener: the kubelet does not verify certificates, and an
 * answer from here proves that TLS works too.
 */
export async function probeRoutes(app: FastifyInstance, { certificate, drain }: ProbeOptions): Promise<void> {
  app.get('/healthz', { config: { openapi: HEALTHZ } }, (_request, reply) => {
    reply.type(TEXT).send('ok\n')
  })
  app.get('/readyz', { config: { openapi: READYZ } }, (_request, reply) => {
    const why = drain.draining ? 'draining' : certificate.unready()
    reply
      .code(why === undefined ? 200 : 503)
      .type(TEXT)
      .send(`${why ?? 'ok'}\n`)
  })
}

const TEXT = 'text/plain; charset=utf-8'
