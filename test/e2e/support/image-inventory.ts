import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { eventually } from '../../../testing/deadline.ts'
import type { Inventory } from '../agent/inventory.ts'
import { apply, get, kubectlOk, textAt } from './cluster.ts'
import { environment } from './environment.ts'

const SOURCE = fileURLToPath(new URL('../agent/inventory.ts', import.meta.url))
const NODE = '/nodejs/bin/node'
const NAME = 'inventory'

/** What is in the operator's image, as a pod of it sees it in a namespace that goes with the test. */
export async function imageInventory(namespace: string): Promise<Inventory> {
  const { outputFiles } = await build({
    entryPoints: [SOURCE],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  })
  const script = outputFiles.map(({ text }) => text).join('')
  const container = {
    name: NAME,
    image: environment.image,
    command: [NODE, '--input-type=module', '--eval', script],
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  }
  const spec = {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    // Without a user of its own: it is the image's that is looked at, and the kubelet refuses root.
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [container],
  }
  await apply([{ apiVersion: 'v1', kind: 'Pod', metadata: { name: NAME, namespace }, spec }])
  await eventually('the inventory is taken', async () => {
    const phase = textAt(await get(['-n', namespace, `pod/${NAME}`]), 'status.phase')
    return phase === 'Succeeded' || phase === 'Failed'
  })
  // Both ends are built from the same sources.
  return JSON.parse(await kubectlOk(['-n', namespace, 'logs', NAME]))
}
