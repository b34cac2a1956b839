import type { ControlPlane } from '../testing/control-plane/index.ts'
import { LOOPBACK } from '../testing/control-plane/port.ts'
import { succeeded } from '../testing/operator/index.ts'
import { onPath, startPool } from '../testing/pool.ts'
import type { Address } from './conversation.ts'

/**
 * The mcrouter and memcached of this machine with the configuration and the flags of a Mcrouter's objects: what its pods would
 * run, but for the addresses.
 */
export async function localRouter(
  controlPlane: ControlPlane,
  name: string,
): Promise<Address | { readonly missing: string }> {
  const absent = ['mcrouter', 'memcached'].filter((program) => onPath(program) === undefined)
  const mcrouter = onPath('mcrouter')
  if (mcrouter === undefined || absent.length > 0) {
    const here = `There is no ${absent.join(' and no ')} on PATH, so no value can be set and read here.`
    return { missing: `${here} On a cluster with nodes, README.md (Install) shows how.` }
  }
  const read = async (object: string, field: string) => {
    const args = ['get', object, '--output', `jsonpath=${field}`]
    return succeeded(await controlPlane.kubectl(args), `kubectl get ${object}`)
  }
  const config = await read(`configmap/${name}-config`, '{.data.config\\.json}')
  const flags = await read(`deployment/${name}`, '{.spec.template.spec.containers[0].args[*]}')
  const servers = [...new Set(config.match(/[\w.-]+-memcached-\d+\.[\w.-]+:\d+/g))]
  const port = await startPool(controlPlane.children, {
    name,
    mcrouter,
    flags: flags.split(' '),
    servers: servers.length,
    config: (addresses) =>
      servers.reduce((text, server, index) => text.replaceAll(server, addresses[index] ?? ''), config),
  })
  return { host: LOOPBACK, port }
}
