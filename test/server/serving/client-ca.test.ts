import { once } from 'node:events'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ConnectionOptions, connect } from 'node:tls'
import t, { type Test } from 'tap'
import { issueAuthority, issueEphemeral, issueServing } from '../../../certs/authority.ts'
import { LOCAL_NAMES } from '../../../certs/names.ts'
import { API_VERSION } from '../../../schemas/v1alpha3/spec.ts'
import { createMetrics } from '../../../server/metrics.ts'
import { certificateFor } from '../../../server/serving/certificate.ts'
import { ClientCa } from '../../../server/serving/client-ca.ts'
import { createCertificates } from '../../../testing/control-plane/certificates.ts'
import { conversionReview } from '../../../testing/conversion-review.ts'
import { eventually } from '../../../testing/deadline.ts'
import { mcrouterObject, reviewOf } from '../../../testing/review.ts'
import { serverWith } from '../../support/server.ts'
import { Volume } from '../volume.ts'

const clock = { now: () => Date.now(), monotonic: () => performance.now() }
const [known, other] = await Promise.all([createCertificates(['x']), createCertificates(['x'])])
const KNOWN = { cert: known.admin.certificate, key: known.admin.key }
const OTHER = { cert: other.admin.certificate, key: other.admin.key }
/** A CA whose certificates are for servers alone. */
const servers = await issueAuthority(Date.now())
const forServers = await issueServing(servers, LOCAL_NAMES, Date.now())
const FOR_SERVERS = { cert: forServers.certificate, key: forServers.key }

/** A server that knows the clients of one CA, with a certificate from a directory or one that is made in memory. */
async function serve(t: Test, from: 'directory' | 'memory') {
  const directory = t.testdir({ 'ca.crt': `${known.ca}\n${servers.certificate}` })
  const file = join(directory, 'ca.crt')
  const volume = new Volume(join(directory, 'serving'))
  if (from === 'directory') await volume.write(await issueEphemeral(Date.now()))
  const logged: string[] = []
  const { deps } = serverWith()
  const note = (_fields: unknown, message?: string) => void logged.push(message ?? '')
  const log = Object.assign(Object.create(deps.log), { info: note, warn: note })
  const clientCa = await ClientCa.read(file, log)
  const certDir = from === 'directory' ? volume.directory : undefined
  const flags = { certDir, tlsMinVersion: 'TLSv1.3' } as const
  const certificate = await certificateFor(flags, log, clock, createMetrics().certificate, clientCa)
  const { app } = serverWith({ tls: certificate, knownCallersOnly: true })
  t.teardown(async () => {
    clientCa.close()
    certificate.close()
    app.server.closeAllConnections()
    await app.close()
  })
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  return { port: Number(port), file, logged }
}

/** What is posted where. */
const BODIES = new Map<string, unknown>([
  ['/mutate', reviewOf(mcrouterObject())],
  ['/validate', reviewOf(mcrouterObject())],
  ['/convert', conversionReview(API_VERSION, [])],
])

/** The status that a request gets over a connection of its own, and the session for another. */
async function ask(port: number, path: string, client: ConnectionOptions = {}) {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...client })
  let session: Buffer | undefined
  socket.on('session', (ticket) => {
    session = ticket
  })
  await once(socket, 'secureConnect')
  const body = JSON.stringify(BODIES.get(path) ?? '')
  const method = BODIES.has(path) ? 'POST' : 'GET'
  socket.write(
    `${method} ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString()
  return { status: Number(/^HTTP\/1.1 (\d+)/.exec(text)?.[1]), text, session }
}

for (const from of ['directory', 'memory'] as const) {
  t.test(`with client CAs the webhooks answer only their clients, certificate from ${from}`, async (t) => {
    const { port } = await serve(t, from)
    for (const path of ['/mutate', '/validate']) {
      t.equal((await ask(port, path, KNOWN)).status, 200, `${path}, known`)
      for (const client of [{}, OTHER, FOR_SERVERS]) {
        const { status, text } = await ask(port, path, client)
        t.equal(status, 401, path)
        t.match(text, /MCR_ERR_CLIENT_CERTIFICATE/)
      }
    }
    t.equal((await ask(port, '/convert')).status, 200, 'the API server has none to show for a conversion')
    for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.json']) {
      t.equal((await ask(port, path)).status, 200, `${path} is for everybody`)
    }
  })

  t.test(`client CAs change without a restart, certificate from ${from}`, async (t) => {
    const { port, file, logged } = await serve(t, from)
    await writeFile(file, other.ca)
    await eventually('the new ones are known', async () => (await ask(port, '/mutate', OTHER)).status === 200)
    t.equal((await ask(port, '/mutate', KNOWN)).status, 401, 'and those before are not')
    await writeFile(file, 'no certificate')
    await eventually('it is said', () =>
      logged.some((line) => /holds no certificate.*stay in use/.test(line)),
    )
    await rm(file)
    await eventually('it is said', () => logged.some((line) => /does not exist.*stay in use/.test(line)))
    t.equal((await ask(port, '/mutate', OTHER)).status, 200, 'the last ones stay')
    t.equal((await ask(port, '/mutate')).status, 401)
  })
}

t.test('a session that is resumed is no certificate', async (t) => {
  const { port } = await serve(t, 'memory')
  const { session } = await ask(port, '/healthz')
  t.equal((await ask(port, '/mutate', session === undefined ? {} : { session })).status, 401)
})

t.test('a file that names no CA stops the start', async (t) => {
  const directory = t.testdir({ empty: '', bad: known.ca.replace('MII', 'AII') })
  const { deps } = serverWith()
  for (const name of ['missing', 'empty', 'bad', '.']) {
    const reading = ClientCa.read(join(directory, name), deps.log)
    await t.rejects(reading, { code: 'MCR_ERR_CLIENT_CA', message: /put there, in PEM/ }, name)
  }
})
