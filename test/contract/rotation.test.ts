import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import t, { type Test } from 'tap'
import { conversionWebhook } from '../../certs/conversion.ts'
import { AUTHORITY_LIFE, lifeFrom, renewalTime } from '../../certs/life.ts'
import { servingNames } from '../../certs/names.ts'
import { createRotation } from '../../certs/rotation.ts'
import { parseBundle } from '../../certs/serving.ts'
import { readSecret } from '../../certs/store.ts'
import { mutatingWebhook, readRegistration, titleOf, validatingWebhook } from '../../certs/trust.ts'
import { systemClock } from '../../process/clock.ts'
import { connect } from '../../reconciler/kube/connection/connect.ts'
import { GROUP, PLURAL } from '../../schemas/well-known.ts'
import { type ControlPlane, startControlPlane } from '../../testing/control-plane/index.ts'
import { freePort, LOOPBACK } from '../../testing/control-plane/port.ts'
import { eventually } from '../../testing/deadline.ts'
import { succeeded } from '../../testing/operator/index.ts'
import { launchServer, ROOT } from '../../testing/operator/launch.ts'
import { mountSecret } from '../../testing/operator/mount.ts'
import { DAY, MINUTE, only, TestClock } from '../certs/installation.ts'
import { mcrouter } from '../support/cluster.ts'
import { DefinitionWatch } from '../support/definition-watch.ts'

const NAMESPACE = 'mcrouter-system'
const NAME = 'mcrouter-operator'
const SERVING_SECRET = { namespace: NAMESPACE, name: `${NAME}-serving-cert` }
const SERVER = { namespace: NAMESPACE, service: `${NAME}-server`, host: LOOPBACK }
const MCROUTERS = `/apis/${GROUP}/v1alpha3/namespaces/default/${PLURAL}`
/** Each apply is one of v1alpha3, which is not the stored version: it is converted. */
const DEFINITION = conversionWebhook(`${PLURAL}.${GROUP}`, SERVER)
const WEBHOOKS = [mutatingWebhook(`${NAME}.${NAMESPACE}`), validatingWebhook(`${NAME}.${NAMESPACE}`)] as const

/** As in test/server/rotation.test.ts: all that is served around a rotation 70 days ago is valid today as well. */
const ROTATION = Math.floor(Date.now() / 1000) * 1000 - 70 * DAY
const START = ROTATION - renewalTime(lifeFrom(0, AUTHORITY_LIFE))

/** The chart and the server, but no reconciler: its rotation runs here, by a clock that the test moves. */
async function install(t: Test) {
  const controlPlane = await startControlPlane()
  t.teardown(() => controlPlane.stop())
  const port = await freePort()
  const values = ['hostProcesses.enabled=true', `hostProcesses.url=https://${LOOPBACK}:${port}`]
  succeeded(
    await controlPlane.helm([
      'install',
      NAME,
      join(ROOT, 'charts', NAME),
      `--namespace=${NAMESPACE}`,
      '--create-namespace',
      ...values.map((value) => `--set=${value}`),
    ]),
    'helm install',
  )

  const secret = {
    namespace: NAMESPACE,
    name: `${NAME}-serving-cert`,
    keys: ['tls.crt', 'tls.key', 'ca.crt'],
  }
  const mount = await mountSecret(controlPlane.client, secret, join(controlPlane.directory, 'serving-cert'))
  t.teardown(() => mount.stop())
  const server = launchServer(controlPlane.children, { port, certificates: mount.directory, flags: [] })
  t.teardown(() => server.stop())
  server.launch()

  const cluster = await connect({
    // With the rights that the chart grants.
    kubeconfig: await controlPlane.serviceAccountKubeconfig(NAMESPACE, `${NAME}-reconciler`),
    environment: {},
    clock: systemClock,
    userAgent: 'mcrouter-operator/test',
  })
  t.teardown(() => cluster.close())
  const clock = new TestClock(START)
  const rotation = createRotation({
    api: cluster.api,
    clock,
    authoritySecret: { namespace: NAMESPACE, name: `${NAME}-ca` },
    servingSecret: SERVING_SECRET,
    names: servingNames(SERVER.service, NAMESPACE, 'cluster.local'),
    webhooks: [DEFINITION, ...WEBHOOKS],
  })
  return { controlPlane, port, server, clock, rotation, api: cluster.api }
}

/** Applies a Mcrouter over and over, through both webhooks; keeps what was not accepted. */
class Applies {
  count = 0
  readonly failures: string[] = []
  readonly #controlPlane: ControlPlane
  readonly #stopped = new AbortController()
  #loops: Promise<unknown> | undefined

  get running(): boolean {
    return this.#loops !== undefined
  }

  constructor(controlPlane: ControlPlane) {
    this.#controlPlane = controlPlane
  }

  start(): void {
    this.#loops = Promise.all(['one', 'two', 'three'].map((name) => this.#applyOn(name)))
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#loops
  }

  async #applyOn(name: string): Promise<void> {
    const path = `${MCROUTERS}/${name}?fieldManager=test&force=true`
    for (let size = 1; !this.#stopped.signal.aborted; size = (size % 5) + 1) {
      const body = JSON.stringify(mcrouter(name, { memcached_pool_size: size }))
      const { client } = this.#controlPlane
      const { status, text } = await client.request('PATCH', path, {
        body,
        contentType: 'application/apply-patch+yaml',
      })
      if (status >= 300) this.failures.push(text)
      this.count += 1
    }
  }
}

/** The serial number of the certificate that new connections to the server are shown. */
function shown(port: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: LOOPBACK, port, rejectUnauthorized: false })
    socket.once('error', reject)
    socket.once('secureConnect', () => {
      resolve(socket.getPeerX509Certificate()?.serialNumber)
      socket.end()
    })
  })
}

t.test('no apply fails while the leaf and the CA are rotated', async (t) => {
  const { controlPlane, port, server, clock, rotation, api } = await install(t)
  const applies = new Applies(controlPlane)
  t.teardown(() => applies.stop())
  const served = new Set<string>()
  const bundle = async () => (await readRegistration(api, WEBHOOKS[0]))?.bundles[0] ?? ''

  /** A pass, and what others do within the minute after it: the server gets the Secret, the API server the caBundle. */
  const pass = async () => {
    const watch = applies.running ? await DefinitionWatch.open(controlPlane, MCROUTERS) : undefined
    const { actions } = await rotation.pass()
    if (actions.some((action) => action.endsWith(titleOf(DEFINITION)))) await watch?.replaced()
    else await watch?.stop()
    const { serialNumber } = only((await readSecret(api, SERVING_SECRET)).content.certificate)
    await eventually(
      'the server shows what is in the Secret',
      async () => (await shown(port)) === serialNumber,
    )
    served.add(serialNumber)
    const goal = applies.count + 20
    if (applies.running) await eventually('more applies', () => applies.count >= goal)
    clock.advance(MINUTE)
  }
  const until = async (days: number) => {
    clock.advance(ROTATION + days * DAY - clock.now())
    for (let minute = 0; minute < 4; minute += 1) await pass()
  }

  await rotation.pass()
  await until(-10)
  await server.ready()
  applies.start()
  t.equal(parseBundle(await bundle()).length, 1)
  const first = await bundle()

  for (const days of [0, 30]) await until(days)
  t.equal(parseBundle(await bundle()).length, 2, 'the CA has been rotated')
  for (const days of [60, 95]) await until(days)
  t.equal(parseBundle(await bundle()).length, 1, 'the CA before has been dropped')
  t.not(await bundle(), first)
  t.equal(served.size, 3, 'a certificate of each CA, and one that was renewed')

  await applies.stop()
  t.strictSame(applies.failures, [], `none of ${applies.count} applies`)
  const { code, stderr } = await controlPlane.kubectl(['apply', '-f', '-'], {
    input: JSON.stringify(mcrouter('four')),
  })
  t.equal(code, 0, stderr)
})
