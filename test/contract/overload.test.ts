import { once } from 'node:events'
import { connect } from 'node:tls'
import t from 'tap'
import { issueEphemeral } from '../../certs/ephemeral.ts'
import { BodyBudget } from '../../server/body.ts'
import { startControlPlane } from '../support/control-plane/index.ts'
import { eventually } from '../support/deadline.ts'
import { serverWith } from '../support/server.ts'

const NAME = 'held.mcrouter.example.com'
/** Less than two reviews have. */
const BYTES = 3000

function configuration(url: string, bundle: string) {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: NAME },
    webhooks: [
      {
        name: NAME,
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy: 'Fail',
        timeoutSeconds: 5,
        clientConfig: { url, caBundle: Buffer.from(bundle).toString('base64') },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
        objectSelector: { matchLabels: { webhook: 'held' } },
      },
    ],
  }
}

t.test('the API server repeats what a full server refused, and the user notices nothing', async (t) => {
  const controlPlane = await startControlPlane()
  t.teardown(() => controlPlane.stop())
  const { certificate, key, bundle } = await issueEphemeral(Date.now())
  const tls = { context: { cert: certificate, key }, attach() {} }
  const { app, deps } = serverWith({ tls, bodies: new BodyBudget(BYTES) })
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  t.teardown(async () => {
    app.server.closeAllConnections()
    await app.close()
  })
  const count = async (code: number) => {
    const line = new RegExp(`requests_total\\{webhook="/validate",code="${code}"\\} (\\d+)`)
    return Number(line.exec(await deps.metrics.registry.metrics())?.[1] ?? 0)
  }
  const create = (name: string) => {
    const labels = { webhook: 'held' }
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels } })
    return controlPlane.kubectl(['create', '-f', '-'], { input })
  }
  const input = JSON.stringify(configuration(`https://127.0.0.1:${port}/validate`, bundle))
  t.equal((await controlPlane.kubectl(['apply', '-f', '-'], { input })).code, 0)
  await eventually('the webhook is in force', async () => {
    await create(`probe-${performance.now()}`)
    return (await count(200)) > 0
  })

  const holder = connect({ port: Number(port), host: '127.0.0.1', ca: bundle })
  t.teardown(() => holder.destroy())
  await once(holder, 'secureConnect')
  holder.write(
    `POST /validate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${BYTES}\r\n\r\n`,
  )
  holder.write(' '.repeat(BYTES - 1))
  const creating = create('held')
  await eventually('the API server is told to come back', async () => (await count(503)) > 0)
  holder.destroy()
  t.match(await creating, { code: 0, stdout: /configmap\/held created/ })
})
