import type { Resource } from '../../../reconciler/kube/api.ts'
import { collectionPath, withQuery } from '../../../reconciler/kube/paths.ts'
import { isJsonObject, type JsonObject } from '../../../schemas/json.ts'
import { V1ALPHA3 } from '../../../schemas/v1alpha3/version.ts'
import { KIND } from '../../../schemas/well-known.ts'
import type { Client } from '../../../testing/control-plane/client.ts'
import type { ControlPlane } from '../../../testing/control-plane/index.ts'
import { eventually } from '../../../testing/deadline.ts'
import { at } from '../../support/at.ts'
import { mcrouters } from '../../support/mcrouters.ts'

const GROUP = 'twin.example.com'
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

/**
 * Mcrouters of another group: the API server keeps and checks them as it does ours, and asks no webhook about them. They are stored in
 * the version in which they are written: nobody converts them, and the API server drops what the stored version does not know.
 */
export const twins: Resource = {
  apiVersion: `${GROUP}/${V1ALPHA3.name}`,
  kind: KIND,
  plural: mcrouters.plural,
}

/** A service account may do what it likes with them. */
export async function installTwins(
  { client }: ControlPlane,
  namespace: string,
  account: string,
): Promise<void> {
  const { body: ours } = await client.request('GET', `${DEFINITIONS}/mcrouters.mcrouter.example.com`)
  const { group: _, conversion: __, versions, ...spec } = objectIn(ours, 'spec')
  const written = Object.values(Object(versions)).filter((version) => at(version, 'name') === V1ALPHA3.name)
  const names = { ...objectIn(spec, 'names'), shortNames: [], categories: [] }
  const name = `${mcrouters.plural}.${GROUP}`
  await post(client, DEFINITIONS, {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name },
    spec: {
      ...spec,
      group: GROUP,
      names,
      versions: written.map((version) => ({ ...Object(version), storage: true })),
    },
  })
  const watch = withQuery(collectionPath(twins, namespace), { watch: true, timeoutSeconds: 1 })
  await eventually('they can be watched', async () => {
    for await (const { type } of client.watch(watch, AbortSignal.timeout(30_000)))
      throw new Error(`${type}, of one that nobody has made`)
    return true
  })
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`
  const verbs = ['get', 'list', 'watch', 'create', 'patch']
  const resources = ['', '/status', '/scale'].map((subresource) => `${twins.plural}${subresource}`)
  const metadata = { name: 'twins' }
  await post(client, `${rbac}/roles`, { metadata, rules: [{ apiGroups: [GROUP], resources, verbs }] })
  await post(client, `${rbac}/rolebindings`, {
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'twins' },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
  })
}

async function post(client: Client, path: string, body: JsonObject): Promise<void> {
  const { status, text } = await client.request('POST', path, { body })
  if (status !== 201) throw new Error(`${path}: ${status} ${text}`)
}

function objectIn(object: unknown, field: string): JsonObject {
  const value = at(object, field)
  if (!isJsonObject(value)) throw new Error(`no ${field}`)
  return value
}
