import { objectPath } from '../../reconciler/kube/paths.ts'
import { mcrouters } from '../../reconciler/kube/resources.ts'
import { eventually } from '../../testing/deadline.ts'
import { at } from './at.ts'
import type { BareCluster } from './bare-cluster.ts'
import { customResourceDefinitions } from './resources.ts'

/** Does something while the API server takes any Mcrouter, as before there was a schema. */
export async function withoutSchema(
  { controlPlane, apply }: BareCluster,
  act: () => Promise<unknown>,
): Promise<void> {
  const path = objectPath(customResourceDefinitions, { name: 'mcrouters.mcrouter.example.com' })
  const version = Object(at((await controlPlane.client.request('GET', path)).body, 'spec', 'versions', 0))
  const replace = (versions: unknown[]) =>
    controlPlane.client.request('PATCH', path, { body: { spec: { versions } } })
  const openAPIV3Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  await replace([{ ...version, schema: { openAPIV3Schema } }])
  await eventually('it takes anything', async () => (await act()) !== undefined)
  await replace([version])
  let attempts = 0
  await eventually('it is strict again', async () => {
    attempts += 1
    const metadata = { name: `wrong-${attempts}`, namespace: 'default' }
    const refused = apply(mcrouters, { metadata, spec: { pool_setup: 'shraded' } }).then(
      () => false,
      () => true,
    )
    return await refused
  })
}
