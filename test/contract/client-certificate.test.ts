import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { issueEphemeral } from '../../certs/authority.ts'
import { trusting } from '../../server/serving/cert-watcher.ts'
import { createCertificates } from '../../testing/control-plane/certificates.ts'
import { startControlPlane } from '../../testing/control-plane/index.ts'
import { freePort } from '../../testing/control-plane/port.ts'
import { eventually } from '../../testing/deadline.ts'
import { serverWith } from '../support/server.ts'
import { createLabelled, registerWebhook } from '../support/webhook-registration.ts'

const { certificate, key, bundle } = await issueEphemeral(Date.now())
/** Of the API server as a client of webhooks, from a CA for that alone. */
const { ca, admin: client } = await createCertificates([])
const known = await freePort()

const controlPlane = await startControlPlane({
  apiServerFlags: [`--admission-control-config-file=${await admissionConfiguration()}`],
})
t.teardown(() => controlPlane.stop())

/** As docs/operations.md tells administrators to write it, for the webhook at one port. */
async function admissionConfiguration(): Promise<string> {
  const directory = t.testdir({})
  const write = async (name: string, value: unknown) => {
    const file = join(directory, name)
    await writeFile(file, typeof value === 'string' ? value : JSON.stringify(value))
    return file
  }
  const user = {
    'client-certificate': await write('client.crt', client.certificate),
    'client-key': await write('client.key', client.key),
  }
  const kubeConfigFile = await write('webhooks.kubeconfig', {
    apiVersion: 'v1',
    kind: 'Config',
    users: [{ name: `127.0.0.1:${known}`, user }],
  })
  const configuration = {
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'WebhookAdmissionConfiguration',
    kubeConfigFile,
  }
  return await write('admission.json', {
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AdmissionConfiguration',
    plugins: ['ValidatingAdmissionWebhook', 'MutatingAdmissionWebhook'].map((name) => ({
      name,
      configuration,
    })),
  })
}

/** A server that knows that CA alone; how many reviews it has judged. */
async function listen(t: Test, port: number): Promise<() => Promise<number>> {
  const tls = { context: { cert: certificate, key, ...trusting(ca) }, attach() {} }
  const { app, deps } = serverWith({ tls, knownCallersOnly: true })
  await app.listen({ host: '127.0.0.1', port })
  t.teardown(async () => {
    app.server.closeAllConnections()
    await app.close()
  })
  return async () => {
    const text = await deps.metrics.registry.metrics()
    return Number(/requests_total\{webhook="\/validate",code="200"\} (\d+)/.exec(text)?.[1] ?? 0)
  }
}

t.test('an API server that is configured for it shows its certificate, and is answered', async (t) => {
  const judged = await listen(t, known)
  await registerWebhook(controlPlane.client, { label: 'known', port: known, ca: bundle })
  const stranger = await freePort()
  await listen(t, stranger)
  await registerWebhook(controlPlane.client, { label: 'stranger', port: stranger, ca: bundle })
  // The words that client-go has for 401.
  await eventually('the webhook for which it has none is in force, and refuses it', async () =>
    /asked for the client to provide credentials/.test(
      await createLabelled(controlPlane.client, 'stranger', `stranger-${performance.now()}`),
    ),
  )
  const answers: string[] = []
  await eventually('the other is in force', async () => {
    answers.push(await createLabelled(controlPlane.client, 'known', `known-${answers.length}`))
    return (await judged()) > 0
  })
  t.same(new Set(answers), new Set(['']))
})
