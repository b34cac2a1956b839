import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Test } from 'tap'
import { record, records } from '../../../reconciler/observe/untyped.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { freePort, LOOPBACK } from '../../../testing/control-plane/port.ts'
import { eventually } from '../../../testing/deadline.ts'
import type { Children } from '../../../testing/process/children.ts'
import { discovered, portsOf } from '../../support/scrape-config.ts'

/** How a Prometheus outside of the cluster finds and reaches pods. */
export interface Discovery {
  /** HOST:PORT of the API server, for those who need no credentials. */
  readonly host: string
  /** Of one namespace, or of all; as an item of http_sd_configs. */
  readonly pods: (namespace?: string) => JsonObject
}

/**
 * What Debian's Prometheus, which is built without discovery in Kubernetes, would find there, over HTTP:
 * https://prometheus.io/docs/prometheus/latest/configuration/configuration/#http_sd_config
 */
export async function startDiscovery(t: Test, children: Children): Promise<Discovery> {
  const host = `${LOOPBACK}:${await freePort()}`
  const proxy = children.start('proxy', {
    file: 'kubectl',
    args: ['proxy', `--port=${host.split(':')[1]}`],
  })
  await eventually('the API server answers', async () => {
    if (!proxy.running) throw new Error(await proxy.log())
    return (await fetch(`http://${host}/version`)).ok
  })
  const server = createServer(async ({ url = '' }, response) => {
    try {
      const pods = await (await fetch(`http://${host}${url}`)).json()
      const ports = records(record(pods).items).filter(hasAddress).flatMap(portsOf)
      response.setHeader('content-type', 'application/json').end(JSON.stringify(ports.map(discovered)))
    } catch (error) {
      // Prometheus keeps what it found before.
      response.writeHead(502).end(String(error))
    }
  }).listen(0, LOOPBACK)
  await once(server, 'listening')
  t.teardown(() => server.close().closeAllConnections())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    host,
    pods: (namespace) => ({
      url: `http://${LOOPBACK}:${address.port}/api/v1/${namespace === undefined ? '' : `namespaces/${namespace}/`}pods`,
      refresh_interval: '2s',
    }),
  }
}

/** One without is none of discovery's yet. */
function hasAddress({ status }: JsonObject): boolean {
  return typeof record(status).podIP === 'string'
}
