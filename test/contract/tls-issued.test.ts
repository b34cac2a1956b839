import { chmod } from 'node:fs/promises'
import { connect, type TLSSocket } from 'node:tls'
import t from 'tap'
import { systemClock } from '../../process/clock.ts'
import { dialPod } from '../../reconciler/routers/dial.ts'
import { askOver } from '../../reconciler/vitals/asking.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { LOOPBACK } from '../../testing/control-plane/port.ts'
import { Children } from '../../testing/process/children.ts'
import { podWith } from '../reconciler/pod.ts'
import { mounted } from '../support/certificate.ts'
import { certificatesIn, filesIn, issuedBefore, issuedOver } from '../support/issued.ts'
import { startSecureMemcached } from './secure-memcached.ts'

// memcached with certificates that the operator issues, and a client that knows nothing but their CA and a server's name.

const children = new Children('tls-issued')
t.teardown(() => children.end())
// memcached reads its files anew as the user that it has become, as it does in a pod from the start.
await chmod(children.directory, 0o755)
const SERVICE = 'cache-memcached.shop.svc.cluster.local'

/** The fingerprint of what is served; the message of what goes wrong. */
function handshake(port: number, ca: string): Promise<string> {
  return new Promise((resolve) => {
    const socket: TLSSocket = connect({
      host: LOOPBACK,
      port,
      ca,
      servername: `cache-memcached-0.${SERVICE}`,
    })
    const end = (said: string) => {
      resolve(said)
      socket.destroy()
    }
    socket.on('error', ({ message }) => end(message))
    socket.on('secureConnect', () => end(socket.getPeerX509Certificate()?.fingerprint256 ?? 'none'))
  })
}

const fingerprint = (data: unknown) => certificatesIn(data).leaf.fingerprint256

/** Two questions about a server: at the first it is told what there is to read, the second shows it. */
async function told(port: number, data: unknown): Promise<void> {
  const ask = askOver(dialPod, systemClock)
  const issuedUntil = certificatesIn(data).leaf.validToDate.getTime()
  const pod = podWith({ ip: LOOPBACK, port, tls: true, issuedUntil })
  for (let round = 0; round < 3; round++) await ask(pod)
  ask.release?.(pod)
}

t.test('through a new CA, who trusts what was trusted before verifies what is served', async (t) => {
  const [first = {}, trusting = {}, signing = {}] = (await issuedOver(SERVICE, 300, 70, 50, 0)).slice(1)
  const { port, directory } = await startSecureMemcached(children, 'renewed', filesIn(first))
  const trusts = (data: JsonObject) => handshake(port, filesIn(data)['ca.crt'])
  t.equal(await trusts(first), fingerprint(first))
  t.match(await trusts(await issuedBefore(SERVICE, 1)), /certificate/, 'another Mcrouter does not')

  await mounted(directory, filesIn(trusting))
  t.equal(await trusts(trusting), fingerprint(first))
  await mounted(directory, filesIn(signing))
  await told(port, signing)
  t.not(fingerprint(signing), fingerprint(first))
  t.equal(await trusts(signing), fingerprint(signing))
  t.equal(await trusts(trusting), fingerprint(signing))
  t.match(await trusts(first), /certificate/, 'who has not heard of the new CA in weeks')
})

t.test(
  'what is not what the operator has issued is read anew at once, in the first half of its life',
  async (t) => {
    const young = await issuedBefore(SERVICE, 3)
    const { port, directory } = await startSecureMemcached(children, 'young', filesIn(young))
    await told(port, young)
    const anew = await issuedBefore(SERVICE, 0)
    await mounted(directory, filesIn(anew))
    t.equal(await handshake(port, filesIn(young)['ca.crt']), fingerprint(young))
    await told(port, young)
    t.equal(
      await handshake(port, filesIn(young)['ca.crt']),
      fingerprint(young),
      'nobody tells it while it is as it should be',
    )
    await told(port, anew)
    t.equal(await handshake(port, filesIn(anew)['ca.crt']), fingerprint(anew))
  },
)
