import { once } from 'node:events'
import { chmod, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls'
import t from 'tap'
import { type Clock, systemClock } from '../../process/clock.ts'
import { confirmOver } from '../../reconciler/routers/confirm.ts'
import { dialPod } from '../../reconciler/routers/dial.ts'
import { askOver } from '../../reconciler/vitals/asking.ts'
import { configFor, serialise } from '../../routing/config.ts'
import { digest } from '../../routing/digest.ts'
import { CLIENT_TLS_DIRECTORY, flagsFor, SERVER_TLS_DIRECTORY } from '../../routing/flags.ts'
import { secured } from '../../routing/servers.ts'
import type { ClientTls } from '../../schemas/tls.ts'
import { freePort, LOOPBACK } from '../../testing/control-plane/port.ts'
import { eventually } from '../../testing/deadline.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'
import { accepts, startMemcached } from '../../testing/pool.ts'
import { Children } from '../../testing/process/children.ts'
import { routerProgram } from '../clients/stage.ts'
import { podWith } from '../reconciler/pod.ts'
import { mounted, type SecretFiles, TestAuthority } from '../support/certificate.ts'
import { startSecureMemcached } from './secure-memcached.ts'

// mcrouter, or its stand-in, with the flags that are rendered, and memcached, on loopback.

const children = new Children('tls')
t.teardown(() => children.end())
// memcached reads its files anew as the user that it has become, as it does in a pod from the start.
await chmod(children.directory, 0o755)
const router = await routerProgram(children.directory)
const authority = await TestAuthority.create()
const DAY_MS = 86_400_000

/** A router of a Mcrouter with this TLS, its ports, and the digest of its configuration. */
async function startRouter(name: string, tls: Partial<ClientTls>, files: Partial<SecretFiles>) {
  const [plain, port, server] = [await freePort(), await freePort(), await freePort()]
  const clientTls = { secretName: 'x', port, requireClientCertificate: false, plain: true, ...tls }
  const mcrouter = mcrouterWith({ routers: { release: 'current', port: plain, clientTls } })
  const directory = await mounted(join(children.directory, name), files)
  const config = serialise(configFor(mcrouter, [[`${LOOPBACK}:${server}`]]))
  const file = join(children.directory, `${name}.json`)
  await writeFile(file, config)
  const args = flagsFor(mcrouter).map((flag) => flag.replace(CLIENT_TLS_DIRECTORY, directory))
  startMemcached(children, server)
  children.start(name, { file: router.path, args: [...args, `--config-file=${file}`] })
  const opened = async () => (await accepts(port)) && (await accepts(server))
  await eventually(`${name} listens`, opened)
  return { plain, port, directory, digest: digest(config) }
}

/** What a client that verifies gets over TLS for these lines; the message of what goes wrong. */
async function said(port: number, lines: string, options: ConnectionOptions = {}): Promise<string> {
  const servername = 'cache.shop.svc'
  const socket: TLSSocket = connectTls({ host: LOOPBACK, port, servername, ...options })
  socket.end(lines)
  try {
    const pieces: Buffer[] = []
    socket.on('data', (piece: Buffer) => pieces.push(piece))
    await once(socket, 'end')
    return Buffer.concat(pieces).toString()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    socket.destroy()
  }
}

t.test('clients speak TLS beside those that do not', async (t) => {
  const files = await authority.issue()
  const { plain, port } = await startRouter('beside', {}, { ...files, 'ca.crt': 'not needed' })
  const ca = files['ca.crt']
  t.equal(await said(port, 'set a 0 0 1\r\nx\r\nget a\r\n', { ca }), 'STORED\r\nVALUE a 0 1\r\nx\r\nEND\r\n')
  t.ok(await accepts(plain))
  const other = await (await TestAuthority.create()).issue()
  t.match(await said(port, 'get a\r\n', { ca: other['ca.crt'] }), /certificate/)
})

t.test('the operator looks at what a router shows on its port for TLS', async (t) => {
  const ask = askOver(dialPod, systemClock)
  const shown = async (name: string, files: SecretFiles, tls: Partial<ClientTls> = {}) => {
    const { plain, port } = await startRouter(name, tls, files)
    const other = tls.plain === false ? { port, tls: true } : { port: plain, tls: false }
    return ask(podWith({ component: 'mcrouter', ip: LOOPBACK, tlsPort: port, ...other }))
  }
  const files = await authority.issue({ notBefore: Date.now() - 60 * DAY_MS, notAfter: Date.now() + DAY_MS })
  t.match(await shown('ending', files), { kind: 'answered', served: { endsSoon: true }, unusable: undefined })
  t.match(await shown('asking', files, { requireClientCertificate: true }), { served: { endsSoon: true } })
  const { 'tls.key': other } = await authority.issue()
  const unusable = /^it closes connections to its port for TLS/
  const broken = { ...files, 'tls.key': other }
  t.match(await shown('broken', broken), { kind: 'answered', unusable })
  t.match(await shown('broken-instead', broken, { plain: false }), { kind: 'unreachable', unusable })
  const mutual = await shown('mutual-instead', files, { plain: false, requireClientCertificate: true })
  t.match(mutual, { kind: 'unreachable', served: { endsSoon: true }, unusable: undefined })
})

t.test('in their place: the operator asks over TLS', async (t) => {
  const files = await authority.issue()
  const { plain, port, digest } = await startRouter('instead', { plain: false }, files)
  t.notOk(await accepts(plain), 'nothing listens without TLS')
  const asked = { pod: 'r', host: LOOPBACK, port, tls: true }
  const confirm = confirmOver(dialPod, systemClock)
  t.match(await confirm([asked], digest), [{ runs: 'published', version: /mcrouter/ }])
  t.match(await confirm([{ ...asked, tls: false }], digest), [{ runs: 'unknown' }], 'and not otherwise')
  const pod = podWith({ component: 'mcrouter', ip: LOOPBACK, port, tls: true })
  t.match(await askOver(dialPod, systemClock)(pod), { kind: 'answered', text: /STAT num_servers 1\r\n/ })
})

t.test('client certificates are those of the CA in the Secret', async (t) => {
  const files = await authority.issue()
  const tls = { plain: false, requireClientCertificate: true }
  const { port, digest } = await startRouter('mutual', tls, files)
  const [ca, version] = [files['ca.crt'], 'version\r\n']
  const of = ({ 'tls.crt': cert, 'tls.key': key }: SecretFiles) => ({ ca, cert, key })
  t.match(await said(port, version, of(await authority.issue())), /^VERSION /)
  t.notMatch(await said(port, version, { ca }), /VERSION/)
  const stranger = await (await TestAuthority.create()).issue()
  t.notMatch(await said(port, version, of(stranger)), /VERSION/)
  const confirm = confirmOver(dialPod, systemClock)
  const asked = [{ pod: 'r', host: LOOPBACK, port, tls: true }]
  t.match(await confirm(asked, digest), [{ runs: 'unknown' }], 'the operator has none, and is not let in')
})

t.test('routers speak TLS to servers, and trust whom they are told to', async (t) => {
  const files = await authority.issue({ name: 'no name that anybody looks at' })
  const { port: server } = await startSecureMemcached(children, 'secure', files)
  const stranger = await (await TestAuthority.create()).issue()
  const get = async (name: string, ca: SecretFiles | undefined) => {
    const port = await freePort()
    const serverTls = ca && { secretName: 'x', clientCertificate: true }
    const mcrouter = mcrouterWith({
      routers: { release: 'current', port, ...(serverTls && { serverTls }) },
      memcached: { servers: 1, tls: { secretName: 'x' } },
    })
    const directory = await mounted(join(children.directory, name), ca ?? {})
    const file = join(children.directory, `${name}.json`)
    await writeFile(file, serialise(configFor(mcrouter, [[secured(`${LOOPBACK}:${server}`)]])))
    const args = flagsFor(mcrouter).map((flag) => flag.replace(SERVER_TLS_DIRECTORY, directory))
    children.start(name, { file: router.path, args: [...args, `--config-file=${file}`] })
    await eventually(`${name} listens`, () => accepts(port))
    const socket = connect(port, LOOPBACK)
    socket.end('set a 0 0 1\r\nx\r\nget a\r\n')
    return (await socket.toArray()).join('')
  }
  t.equal(await get('trusting', files), 'STORED\r\nVALUE a 0 1\r\nx\r\nEND\r\n')
  t.equal(await get('blind', undefined), 'STORED\r\nVALUE a 0 1\r\nx\r\nEND\r\n')
  t.match(await get('distrusting', stranger), /^SERVER_ERROR/)
  const pod = podWith({ ip: LOOPBACK, port: server, tls: true })
  t.match(await askOver(dialPod, systemClock)(pod), {
    kind: 'answered',
    text: /STAT max_connections 1024\r\n/,
  })
})

t.test('a renewed certificate is served without a restart, one server after the other', async (t) => {
  let later = 0
  const clock: Clock = {
    now: () => systemClock.now(),
    monotonic: () => systemClock.monotonic() + later,
    after: (...timer) => systemClock.after(...timer),
  }
  const ask = askOver(dialPod, clock)
  const aged = (days: number) =>
    authority.issue({ notBefore: Date.now() - 60 * DAY_MS, notAfter: Date.now() + days * DAY_MS })
  const first = await aged(20)
  const servers = [
    await startSecureMemcached(children, 'renewed-0', first),
    await startSecureMemcached(children, 'renewed-1', first),
  ]
  t.teardown(() => {
    for (const pod of pods) ask.release?.(pod)
  })
  const pods = servers.map(({ port }, ordinal) => podWith({ ip: LOOPBACK, port, tls: true, ordinal }))
  const days = async (ordinal: number) => {
    const reply = await ask(pods[ordinal] ?? podWith())
    if (reply.kind !== 'answered') return reply.kind
    return reply.unusable ?? Math.round(((reply.served?.notAfter ?? 0) - Date.now()) / DAY_MS)
  }
  const renew = async (files: Partial<SecretFiles>) => {
    for (const { directory } of servers) await mounted(directory, files)
    later += 600_000
  }
  t.same([await days(0), await days(1)], [20, 20])
  const second = await aged(30)
  await renew(second)
  t.same([await days(0), await days(1)], [20, 20], 'the first is told, and the other waits')
  t.same([await days(0), await days(1)], [30, 20], 'a handshake has shown it: now the other is told')
  t.same([await days(0), await days(1)], [30, 30])

  const third = await aged(40)
  await renew({ 'tls.crt': third['tls.crt'] })
  t.match(await days(0), /key values mismatch/, 'the certificate of another key')
  t.equal(await days(1), 30, 'no other is told')
  t.match(await days(0), /key values mismatch/, 'it is told again')
  t.notMatch(
    await said(servers[0]?.port ?? 0, 'stats\r\n', { ca: third['ca.crt'] }),
    /STAT/,
    'nobody else is let in',
  )
  const restarted = askOver(dialPod, clock)
  t.match(await restarted(pods[0] ?? podWith()), {
    kind: 'unreachable',
    unusable: /^it refuses every handshake/,
  })
  await renew(third)
  await days(0)
  t.same([await days(0), await days(1)], [40, 30], 'over the connection from before')
  t.equal(await days(1), 40)
})
