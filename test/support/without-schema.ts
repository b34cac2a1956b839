import { objectPath } from '../../reconciler/kube/paths.ts'
import { records } from '../../reconciler/observe/untyped.ts'
import { V1ALPHA3 } from '../../schemas/v1alpha3/version.ts'
import { eventually } from '../../testing/deadline.ts'
import { at } from './at.ts'
import type { BareCluster } from './bare-cluster.ts'
import { mcrouters } from './mcrouters.ts'
import { customResourceDefinitions } from './resources.ts'

/** Does something while the API server takes any Mcrouter and stores it as v1alpha3, as before there were a schema and a second version. */
export async function withoutSchema(
  { controlPlane, apply }: BareCluster,
  act: () => Promise<unknown>,
): Promise<void> {
  const path = objectPath(customResourceDefinitions, { name: 'mcrouters.mcrouter.example.com' })
  const versions = records(at((await controlPlane.client.request('GET', path)).body, 'spec', 'versions'))
  const replace = (all: unknown[]) =>
    controlPlane.client.request('PATCH', path, { body: { spec: { versions: all } } })
  const openAPIV3Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  const schema = { openAPIV3Schema }
  await replace(versions.map((version) => ({ ...version, storage: version.name === V1ALPHA3.name, schema })))
  await eventually('it takes anything', async () => (await act()) !== undefined)
  await replace(versions)
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
