import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'

// The least that an HTTPS server on Node can do with a review. Usage: node fixed-server.ts PORT CERT_DIR
//   any POST is parsed and answered with a small review that is always the same
const [, , port = '', directory = ''] = process.argv

const ANSWER = JSON.stringify({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  response: { uid: '0df28fbd-5f5f-11e8-bc74-36e6bb280816', allowed: true },
})

const read = (file: string) => readFileSync(join(directory, file))
const tls = { cert: read('tls.crt'), key: read('tls.key'), minVersion: 'TLSv1.3' } as const
createServer(tls, (request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    if (request.method === 'POST') JSON.parse(Buffer.concat(chunks).toString())
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(ANSWER),
    })
    response.end(ANSWER)
  })
}).listen(Number(port), '127.0.0.1')
