import { rm, writeFile } from 'node:fs/promises'
import { Agent, createServer, request, type Server } from 'node:https'
import { join } from 'node:path'
import { type ConnectionOptions, connect } from 'node:tls'
import t, { type Test } from 'tap'
import { issueAuthority, issueServing } from '../../../certs/authority.ts'
import { SERVING_LIFE } from '../../../certs/life.ts'
import { LOCAL_NAMES } from '../../../certs/names.ts'
import { parseServing, type ServingFiles } from '../../../certs/serving.ts'
import {
  type CertificateSourceOptions,
  CertWatcher,
  type ReadResult,
} from '../../../server/serving/cert-watcher.ts'
import { eventually } from '../../../testing/deadline.ts'
import { Volume } from '../volume.ts'

const HOUR = 3_600_000
const NOW = Date.now()

const authority = await issueAuthority(NOW)
const stranger = await issueAuthority(NOW)
const issue = async (ca = authority, at = NOW): Promise<ServingFiles> => ({
  ...(await issueServing(ca, LOCAL_NAMES, at)),
  bundle: ca.certificate,
})
const first = await issue()
const second = await issue()

/** A source on an empty volume, started, that is told of changes by the file system alone. */
function follow(t: Test, options: Partial<CertificateSourceOptions> = {}) {
  const volume = new Volume(t.testdir({}))
  const log: string[] = []
  const clock = { now: NOW }
  const source = new CertWatcher({
    directory: volume.directory,
    log: { info: (_fields, message) => log.push(message), warn: (_fields, message) => log.push(message) },
    now: () => clock.now,
    pollMs: HOUR,
    ...options,
  })
  t.teardown(() => source.close())
  source.start()
  return { source, volume, log, clock }
}

/** The same with a certificate in use. */
async function inUse(t: Test, options: Partial<CertificateSourceOptions> = {}) {
  const followed = follow(t, options)
  await followed.volume.write(first)
  await followed.source.options()
  return followed
}

async function listen(t: Test, source: CertWatcher): Promise<number> {
  const server: Server = createServer(await source.options(), (_request, response) => response.end('ok'))
  source.attach(server)
  t.teardown(() => server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('not on a port')
  return address.port
}

/** The serial number that a new connection is shown, or the code of why there is none. */
function shown(port: number, options: ConnectionOptions = {}): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', ca: authority.certificate, ...options })
    socket.once('secureConnect', () => {
      resolve(socket.getPeerX509Certificate()?.serialNumber ?? 'none')
      socket.end()
    })
    socket.once('error', (error) => resolve('code' in error ? String(error.code) : error.message))
  })
}

const serialOf = (files: ServingFiles) => parseServing(files).leaf.serialNumber

t.test('until the Secret is there: not ready, and says what it waits for', async (t) => {
  const { source, volume, log } = follow(t)
  await source.look()
  t.notOk(source.ready())
  t.match(
    source.unready(),
    /^waiting for tls.crt, tls.key, ca.crt in .*; the reconciler or cert-manager writes/,
  )
  t.equal(source.notAfter(), undefined)
  await source.look()
  t.equal(log.length, 1, 'once, however often it looks')

  const options = source.options()
  await volume.write(first)
  t.match(await options, { cert: first.certificate, key: first.key })
  t.ok(source.ready())
  t.equal(source.notAfter(), NOW - (NOW % 1000) + SERVING_LIFE)
})

t.test('waiting for the first certificate ends when it is told to', async (t) => {
  const { source } = follow(t)
  await t.rejects(source.options(AbortSignal.abort()), { name: 'AbortError' })
})

t.test('a directory that comes later, or comes again, is found by polling', async (t) => {
  const directory = join(t.testdir({}), 'later')
  const { source } = follow(t, { directory, pollMs: 10 })
  await new Volume(directory).write(first)
  await source.options()
  await rm(directory, { recursive: true })
  await new Volume(directory).write(second)
  await eventually('the second', async () => (await source.options()).cert === second.certificate)
})

t.test('a swap of the volume: new connections get the new certificate, open ones live on', async (t) => {
  const { source, volume } = await inUse(t)
  const port = await listen(t, source)
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: authority.certificate })
  t.teardown(() => agent.destroy())
  const get = () =>
    new Promise<boolean>((resolve, reject) => {
      const call = request({ agent, port, host: '127.0.0.1' }, (response) => {
        response.resume().once('end', () => resolve(call.reusedSocket))
      })
      call.once('error', reject).end()
    })
  t.notOk(await get())
  t.equal(await shown(port), serialOf(first))

  await volume.write(second)
  await eventually('the second', async () => (await shown(port)) === serialOf(second))
  t.ok(await get(), 'over the connection from before')
})

t.test('what clients would refuse is not taken into use; the last good one stays', async (t) => {
  let faults = 0
  const onRead = (look: ReadResult) => {
    if (look === 'refused') faults += 1
  }
  const { source, volume, log } = await inUse(t, { onRead })
  const bad: Record<string, [ServingFiles, RegExp]> = {
    'a key of another certificate': [{ ...second, key: first.key }, /tls.key is not the key/],
    'no PEM': [{ ...second, certificate: 'x' }, /tls.crt holds no certificate/],
    'a bundle that is none': [{ ...second, bundle: 'x' }, /ca.crt holds no certificate/],
    expired: [await issue(authority, NOW - 2 * SERVING_LIFE), /valid from .* renew it/],
  }
  for (const [what, [files, fault]] of Object.entries(bad)) {
    t.test(what, async (t) => {
      const before = faults
      await volume.write(files)
      await source.look()
      t.equal((await source.options()).cert, first.certificate)
      t.ok(source.ready(), 'it is still trusted')
      t.match(log.at(-1), fault)
      t.match(log.at(-1), /the certificate before it stays in use/)
      t.ok(faults > before)
    })
  }
  t.test('an emptied directory', async (t) => {
    await rm(join(volume.directory, '..data'))
    await source.look()
    t.ok(source.ready())
    t.match(log.at(-1), /waiting for tls.crt/)
  })
  t.test('until there is a good one', async (t) => {
    await volume.write(second)
    await source.look()
    t.equal((await source.options()).cert, second.certificate)
  })
})

t.test('not ready while ca.crt does not vouch for the certificate in use', async (t) => {
  const { source, volume } = await inUse(t)
  await volume.write({ ...first, bundle: stranger.certificate })
  await source.look()
  t.match(source.unready(), /no CA in ca.crt vouches for/)
  await volume.write({ ...first, bundle: stranger.certificate + authority.certificate })
  await source.look()
  t.ok(source.ready())
})

t.test('not ready once the certificate in use has ended, nor before it begins', async (t) => {
  const { source, clock } = await inUse(t)
  clock.now = NOW + SERVING_LIFE + 1
  t.match(source.unready(), /is valid from .* to .* only/)
  clock.now = NOW - 48 * HOUR
  t.notOk(source.ready())
  clock.now = NOW
  t.ok(source.ready())
})

t.test('files that are written one after the other are taken once they fit', async (t) => {
  const { source, volume } = follow(t)
  const write = (name: string, text: string) => writeFile(join(volume.directory, name), text)
  await write('ca.crt', first.bundle)
  await write('tls.key', first.key)
  await write('tls.crt', first.certificate)
  await source.options()
  await write('tls.crt', second.certificate)
  await source.look()
  t.equal((await source.options()).cert, first.certificate)
  await write('tls.key', second.key)
  await eventually('the second', async () => (await source.options()).cert === second.certificate)
})

t.test('every look is told of, with what it found', async (t) => {
  const looks: ReadResult[] = []
  const taken = () => looks.filter((look) => look === 'taken').length
  const { source, volume } = await inUse(t, { onRead: (look) => looks.push(look) })
  t.equal(taken(), 1)
  await source.look()
  t.equal(looks.at(-1), 'same', 'the same bytes are not taken again')
  await volume.write(second)
  await source.look()
  t.equal(taken(), 2)
})

t.test('the lowest TLS version stays what it was through a swap', async (t) => {
  const old = { maxVersion: 'TLSv1.2' as const }
  const { source, volume } = await inUse(t)
  const port = await listen(t, source)
  const refused = await shown(port, old)
  t.match(refused, /ALERT_PROTOCOL_VERSION/)
  await volume.write(second)
  await source.look()
  t.equal(await shown(port, old), refused)

  const lenient = await inUse(t, { minVersion: 'TLSv1.2' })
  const other = await listen(t, lenient.source)
  await lenient.volume.write(second)
  await lenient.source.look()
  t.equal(await shown(other, old), serialOf(second))
})
