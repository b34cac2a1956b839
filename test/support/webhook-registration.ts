import type { Client } from '../../testing/control-plane/client.ts'

/** A validating webhook at a port of this machine, called for ConfigMaps with its label. The API server takes a moment to know. */
export async function registerWebhook(
  client: Client,
  { label, port, ca }: { readonly label: string; readonly port: number; readonly ca: string },
): Promise<void> {
  const path = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations'
  const name = `${label}.mcrouter.example.com`
  const webhook = {
    name,
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    failurePolicy: 'Fail',
    timeoutSeconds: 30,
    clientConfig: {
      url: `https://127.0.0.1:${port}/validate`,
      caBundle: Buffer.from(ca).toString('base64'),
    },
    rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
    objectSelector: { matchLabels: { webhook: label } },
  }
  const body = { metadata: { name }, webhooks: [webhook] }
  const { status, text } = await client.request('POST', path, { body })
  if (status !== 201) throw new Error(text)
}

/** Has the API server call that webhook: empty, or what it said against it. */
export async function createLabelled(client: Client, label: string, name: string): Promise<string> {
  const body = { metadata: { name, labels: { webhook: label } } }
  const path = '/api/v1/namespaces/default/configmaps'
  const { status, text } = await client.request('POST', path, { body })
  return status === 201 ? '' : text
}
