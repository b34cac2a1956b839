import { join } from 'node:path'
import { POOL_TLS_DIRECTORY } from '../../render/certificates.ts'
import { render } from '../../render/index.ts'
import { freePort, LOOPBACK } from '../../testing/control-plane/port.ts'
import { eventually } from '../../testing/deadline.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'
import { accepts } from '../../testing/pool.ts'
import type { Children } from '../../testing/process/children.ts'
import { at } from '../support/at.ts'
import { mounted, type SecretFiles } from '../support/certificate.ts'

/** A memcached with TLS as it is rendered, of these files. */
export async function startSecureMemcached(children: Children, name: string, files: SecretFiles) {
  const port = await freePort()
  const mcrouter = mcrouterWith({
    memcached: { servers: 1, port, tls: { secretName: 'x' }, maxItemSize: '1m' },
  })
  const { manifests } = render(mcrouter, { clusterDomain: 'cluster.local' })
  const statefulSet = manifests.find(({ kind }) => kind === 'StatefulSet')
  const args = at(statefulSet, 'spec', 'template', 'spec', 'containers', '0', 'args')
  const directory = await mounted(join(children.directory, name), files)
  const rendered = (Array.isArray(args) ? args : []).map((arg) =>
    `${arg}`.replaceAll(POOL_TLS_DIRECTORY, directory),
  )
  // As root it insists on a user.
  children.start(name, { file: 'memcached', args: ['-u', 'nobody', '-l', LOOPBACK, ...rendered] })
  await eventually(`${name} listens`, () => accepts(port))
  return { port, directory }
}
