import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Fastify from 'fastify'

// The least that a webhook on Fastify can do. Usage: node echo-server.ts PORT CERT_DIR
//   POST /echo answers with the body that it got, parsed and written again
//   any other POST answers that the AdmissionReview is allowed
const [, , port = '', directory = ''] = process.argv

const read = (file: string) => readFileSync(join(directory, file))
const app = Fastify({ https: { cert: read('tls.crt'), key: read('tls.key'), minVersion: 'TLSv1.3' } })
app.get('/readyz', async () => 'ok')
app.post('/echo', (request, reply) => void reply.send(request.body))
app.post<{ Body: { readonly request: { readonly uid: string } } }>(
  '/*',
  (request, reply) =>
    void reply.send({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: request.body.request.uid, allowed: true },
    }),
)
await app.listen({ host: '127.0.0.1', port: Number(port) })
