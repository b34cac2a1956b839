import { join } from 'node:path'
import { CORE_SCHEMA, loadAll } from 'js-yaml'
import { customResourceDefinition } from '../../schemas/generate/crd.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { VERSIONS } from '../../schemas/versions.ts'
import type { ControlPlane } from '../../testing/control-plane/index.ts'
import { eventually } from '../../testing/deadline.ts'
import { succeeded } from '../../testing/operator/index.ts'
import { ROOT } from '../../testing/operator/launch.ts'
import type { HttpsProcess } from './https-process.ts'

const CHART = join(ROOT, 'charts', 'mcrouter-operator')

/** The API of Mcrouters, with no webhook but the one that converts them. */
export async function installCrd({ kubectl }: ControlPlane, webhook: HttpsProcess): Promise<void> {
  const conversion = { url: `${webhook.url}/convert`, caBundle: Buffer.from(webhook.ca).toString('base64') }
  const input = JSON.stringify(customResourceDefinition(VERSIONS, conversion))
  succeeded(await kubectl(['create', '-f', '-'], { input }), 'kubectl create')
  // kubectl wait fails on a definition whose status has no conditions yet.
  const established = [
    'get',
    'crd/mcrouters.mcrouter.example.com',
    '--output=jsonpath={.status.conditions[?(@.type=="Established")].status}',
  ]
  await eventually(
    'the API of Mcrouters is served',
    async () => (await kubectl(established)).stdout === 'True',
  )
}

/** The chart's own two webhooks, called at `webhook` for one namespace, which is made as well. */
export async function installWebhooks(
  { helm, kubectl }: ControlPlane,
  namespace: string,
  webhook: HttpsProcess,
): Promise<void> {
  const host = ['--set=hostProcesses.enabled=true', `--set=hostProcesses.url=${webhook.url}`]
  const limit = `--set=watchNamespaces={${namespace}}`
  const yaml = succeeded(await helm(['template', namespace, CHART, limit, ...host]), 'helm template')
  const objects: unknown[] = loadAll(yaml, null, { schema: CORE_SCHEMA })
  const webhooks = objects
    .filter(isJsonObject)
    .filter(({ kind }) => /WebhookConfiguration$/.test(String(kind)))
  const items = webhooks.map((object) => trusting(object, webhook.ca))
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
  succeeded(await kubectl(['create', 'namespace', namespace]), 'kubectl create namespace')
  succeeded(await kubectl(['create', '-f', '-'], { input }), 'kubectl create')
}

function trusting(configuration: JsonObject, ca: string): JsonObject {
  const webhooks = Array.isArray(configuration.webhooks) ? configuration.webhooks.filter(isJsonObject) : []
  const caBundle = Buffer.from(ca).toString('base64')
  return {
    ...configuration,
    webhooks: webhooks.map((one) => ({
      ...one,
      clientConfig: { ...(isJsonObject(one.clientConfig) ? one.clientConfig : {}), caBundle },
    })),
  }
}

/** Resolves when the API server calls both webhooks of the namespace, as its metrics tell. */
export async function untilCalled({ client }: ControlPlane, create: () => Promise<unknown>): Promise<void> {
  let last = 0
  await eventually('the API server calls the webhooks', async () => {
    await create()
    const { text } = await client.request('GET', '/metrics')
    const counts = text.matchAll(/^apiserver_admission_webhook_request_total\{[^}]*\} (\d+)$/gm)
    const calls = [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
    const both = calls - last >= 2
    last = calls
    return both
  })
}
