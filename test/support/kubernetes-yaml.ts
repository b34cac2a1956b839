import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import type { ControlPlane } from '../../testing/control-plane/index.ts'
import { eventually } from '../../testing/deadline.ts'

const GROUP = 'fuzz.example.com'
const PATH = `/apis/${GROUP}/v1/namespaces/default/texts`

/** Anything may be below `spec`, and nothing of it is changed. */
const DEFINITION = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `texts.${GROUP}` },
  spec: {
    group: GROUP,
    scope: 'Namespaced',
    names: { plural: 'texts', singular: 'text', kind: 'Text' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        },
      },
    ],
  },
}

/** Before the values of a spec, each indented by two spaces. */
export const HEAD = `apiVersion: ${GROUP}/v1\nkind: Text\nmetadata: {name: a}\nspec:\n`

/** How Kubernetes' own parser (sigs.k8s.io/yaml, in kubectl as well) reads a text that begins with {@link HEAD}. */
export type Reading = { readonly spec: JsonObject } | { readonly refusal: string }

export async function kubernetesYaml({ client }: ControlPlane): Promise<(text: string) => Promise<Reading>> {
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
  await client.request('POST', definitions, { body: DEFINITION })
  await eventually('texts are served', async () => (await client.request('GET', PATH)).status === 200)
  return async (text) => {
    const options = { body: text, contentType: 'application/yaml' }
    const { status, body } = await client.request(
      'POST',
      `${PATH}?dryRun=All&fieldValidation=Ignore`,
      options,
    )
    if (status === 201) return { spec: isJsonObject(body.spec) ? body.spec : {} }
    return { refusal: `${body.message}` }
  }
}
