import type { Test } from 'tap'
import type { Credentials, Identity } from '../../../../reconciler/kube/connection/credentials.ts'
import { HttpSession } from '../../../../reconciler/kube/connection/session.ts'
import { createCertificates } from '../../../../testing/control-plane/certificates.ts'
import { TestClock } from '../../../support/clock.ts'
import { answerJson, type Handler, startScriptedServer } from '../../../support/scripted-server.ts'

export const echo: Handler = (request, response) => answerJson(response, 200, { kind: 'Echo', ...request })

/** A session with a server over TLS, and what it takes its credentials from. */
export async function sessionWithServer(t: Test, handler: Handler = echo, clock = new TestClock()) {
  const certificates = await createCertificates(['127.0.0.1', 'localhost'])
  const { certificate: cert, key } = certificates.apiServer
  const server = await startScriptedServer(handler, { cert, key })
  const source: { identity: Identity; readonly reads: boolean[] } = {
    identity: {
      server: new URL(server.url),
      headers: { authorization: 'Bearer one' },
      tls: { ca: certificates.ca },
    },
    reads: [],
  }
  const credentials: Credentials = {
    namespace: 'shop',
    read: async (refused) => {
      source.reads.push(refused)
      return source.identity
    },
  }
  const session = new HttpSession({ credentials, clock, userAgent: 'mcrouter-operator/1.2.3' })
  t.teardown(async () => {
    session.close()
    await server.stop()
  })
  return { server, source, session, clock }
}
