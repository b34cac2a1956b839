import type { Server } from 'node:http'
import t, { type Test } from 'tap'
import { AUTHORITY_LIFE, lifeFrom, renewalTime } from '../../certs/life.ts'
import { parseBundle } from '../../certs/serving.ts'
import { CertWatcher } from '../../server/serving/cert-watcher.ts'
import { createListener, LIMITS } from '../../server/serving/http-server.ts'
import { eventually } from '../../testing/deadline.ts'
import { DAY, HOUR, Installation, MINUTE } from '../certs/installation.ts'
import { ApiServer } from './api-server.ts'
import { Volume } from './volume.ts'

/**
 * The CA is rotated 70 days ago, so that every certificate that is served here, from 10 days before that until 95 days
 * after it, is also valid today: TLS clients go by the clock of the machine, everything else by one that the test moves.
 */
const ROTATION = Math.floor(Date.now() / 1000) * 1000 - 70 * DAY
const START = ROTATION - renewalTime(lifeFrom(0, AUTHORITY_LIFE))

/** A server with a volume that the kubelet fills whenever it gets round to it. */
async function startServer(t: Test, directory: string, installation: Installation) {
  const volume = new Volume(directory)
  await volume.write(await installation.serving())
  const log = { info() {}, warn() {} }
  const source = new CertWatcher({ directory, log, now: installation.clock.now })
  source.start()
  const context = await source.options()
  const server = createListener((_request, response) => response.end('{}'), LIMITS, {
    context,
    attach: (server) => source.attach(server),
  })
  t.teardown(() => {
    source.close()
    server.close()
    server.closeAllConnections()
  })
  return {
    source,
    port: await listening(server),
    async sync() {
      await volume.write(await installation.serving())
      await source.look()
    },
  }
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('not on a port')
  return address.port
}

t.test('no call fails while the leaf and the CA are rotated under traffic', async (t) => {
  const installation = new Installation(START)
  await installation.pass()
  installation.clock.advance(ROTATION - 10 * DAY - START)
  await installation.pass()

  const directory = t.testdir({})
  const prompt = await startServer(t, `${directory}/prompt`, installation)
  const late = await startServer(t, `${directory}/late`, installation)

  const first = (await installation.serving()).bundle
  let registered = first
  let aMinuteAgo = first
  const ports = [prompt.port, late.port]
  const reconnecting = [
    new ApiServer(ports, () => registered, false),
    new ApiServer(ports, () => aMinuteAgo, false),
  ]
  const apiServers = [
    ...reconnecting,
    new ApiServer(ports, () => registered, true),
    new ApiServer(ports, () => aMinuteAgo, true),
  ]
  for (const apiServer of apiServers) apiServer.start()
  t.teardown(() => Promise.all(apiServers.map((apiServer) => apiServer.stop())))

  const traffic = async () => {
    const goals = apiServers.map(({ calls }) => calls + 2 * ports.length)
    await eventually('more calls', () => apiServers.every(({ calls }, at) => calls >= (goals[at] ?? 0)))
  }
  /** A pass, and what everybody has to do with it in the minute after. */
  const pass = async (synced: readonly (typeof prompt)[]) => {
    await installation.pass()
    registered = (await installation.registered())[0] ?? ''
    for (const server of synced) await server.sync()
    await traffic()
    t.ok(prompt.source.ready(), 'the prompt server is ready')
    t.ok(late.source.ready(), 'the late server is ready')
    installation.clock.advance(MINUTE)
    aMinuteAgo = registered
  }
  const until = async (days: number, synced: readonly (typeof prompt)[]) => {
    while (installation.clock.now() < ROTATION + days * DAY) {
      installation.clock.advance(5 * DAY)
      await pass(synced)
    }
    for (let minute = 0; minute < 4; minute += 1) await pass(synced)
  }

  await until(0, [prompt])
  t.equal(parseBundle(registered).length, 2, 'the CA has been rotated')
  await until(30, [prompt])
  t.not(late.source.notAfter(), prompt.source.notAfter(), 'the late server is on what the CA before signed')
  await until(95, [prompt, late])
  t.equal(parseBundle(registered).length, 1, 'the CA before has been dropped')
  t.notMatch(registered, first)

  for (const { failures, calls } of apiServers) t.strictSame(failures, [], `none of ${calls} calls`)
  for (const { shown } of reconnecting) t.equal(shown.size, 3, 'one of each CA, and one that was renewed')

  const stuck = new ApiServer(ports, () => first, false)
  t.teardown(() => stuck.stop())
  stuck.start()
  await eventually('a refusal', () => stuck.failures.length > 0)
  t.match(stuck.failures[0], { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }, 'clients do verify')
})

t.test(
  'a clock that jumps by hours takes no server out, and a machine that sleeps too long wakes up to a new certificate',
  async (t) => {
    const installation = new Installation(Date.now())
    await installation.pass()
    const { source, sync } = await startServer(t, `${t.testdir({})}/volume`, installation)
    for (const hours of [12, -24, 23, -11]) {
      installation.clock.jump(hours * HOUR)
      t.strictSame(await installation.pass(), [], `${hours} hours`)
      t.ok(source.ready())
    }

    // Its monotonic clock stands still meanwhile, and so do all timers.
    installation.clock.jump(120 * DAY)
    t.match(source.unready(), /is valid from .* only; renew it, or set the clock right/)
    await source.look()
    t.notOk(source.ready(), 'what is on the volume is no better')
    t.strictSame(await installation.pass(), ['secrets/sys/op-serving-cert'], 'the first pass renews it')
    t.notOk(source.ready(), 'nor is the server ready before it has it')
    await sync()
    t.ok(source.ready())
  },
)
