import { once } from 'node:events'
import { connect } from 'node:tls'
import t, { type Test } from 'tap'
import { issueEphemeral } from '../../certs/authority.ts'
import { createListener, LIMITS } from '../../server/serving/http-server.ts'
import { RequestBudget } from '../../server/serving/request-budget.ts'
import { startControlPlane } from '../../testing/control-plane/index.ts'
import { eventually } from '../../testing/deadline.ts'
import { serverWith } from '../support/server.ts'
import { createLabelled, registerWebhook } from '../support/webhook-registration.ts'

/** Less than two reviews have. */
const BYTES = 3000
const { certificate, key, bundle } = await issueEphemeral(Date.now())
const TLS = { context: { cert: certificate, key }, attach() {} }

const controlPlane = await startControlPlane()
t.teardown(() => controlPlane.stop())

const register = (label: string, port: number) =>
  registerWebhook(controlPlane.client, { label, port, ca: bundle })
const create = (label: string, name: string) => createLabelled(controlPlane.client, label, name)

t.test('the API server repeats what a full server refused, and the user notices nothing', async (t) => {
  const { app, deps } = serverWith({ tls: TLS, bodies: new RequestBudget(BYTES + 1000) })
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  t.teardown(async () => {
    app.server.closeAllConnections()
    await app.close()
  })
  const count = async (code: number) => {
    const line = new RegExp(`requests_total\\{webhook="/validate",code="${code}"\\} (\\d+)`)
    return Number(line.exec(await deps.metrics.registry.metrics())?.[1] ?? 0)
  }
  await register('held', Number(port))
  await eventually('the webhook is in force', async () => {
    await create('held', `probe-${performance.now()}`)
    return (await count(200)) > 0
  })

  const holder = connect({ port: Number(port), host: '127.0.0.1', ca: bundle })
  t.teardown(() => holder.destroy())
  await once(holder, 'secureConnect')
  holder.write(
    `POST /validate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${BYTES}\r\n\r\n`,
  )
  holder.write(' '.repeat(BYTES - 1))
  const creating: Promise<string>[] = []
  await eventually('the API server is told to come back', async () => {
    creating.push(create('held', `held-${creating.length}`))
    return (await count(503)) > 0
  })
  holder.destroy()
  t.same(new Set(await Promise.all(creating)), new Set(['']))
})

t.test('hundreds of calls that an API server makes at the same time are answered, each', async (t) => {
  // Each is a TLS handshake, for which an API server waits ten seconds however busy this machine is.
  const calls = 600
  const gate = Promise.withResolvers<void>()
  const { port, arrived } = await gated(t, gate.promise)
  await register('burst', port)
  const probes: Promise<string>[] = []
  await eventually('the webhook is in force', () => {
    probes.push(create('burst', `probe-${probes.length}`))
    return arrived() > 0
  })
  const wanted = arrived() + calls
  const creating = Array.from({ length: calls }, (_, index) => create('burst', `burst-${index}`))
  const failed = Promise.all(creating).then((answers) => answers.filter((answer) => answer !== ''))
  // One that fails early would be waited for in vain.
  await Promise.race([failed, eventually('all are under way', () => arrived() >= wanted)])
  gate.resolve()
  t.same(await failed, [])
  t.ok(arrived() >= wanted, `${arrived()} calls`)
  await Promise.all(probes)
})

/** The server with its limits, which holds back every request until the gate opens. */
async function gated(t: Test, gate: Promise<void>) {
  const { app } = serverWith()
  await app.ready()
  let arrived = 0
  const server = createListener(
    (request, response) => {
      arrived += 1
      void gate.then(() => app.routing(request, response))
    },
    LIMITS,
    TLS,
  )
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, resolve))
  t.teardown(() => server.close().closeAllConnections())
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  return { port, arrived: () => arrived }
}
