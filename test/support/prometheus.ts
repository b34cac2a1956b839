import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { freePort, LOOPBACK } from '../../testing/control-plane/port.ts'
import { eventually } from '../../testing/deadline.ts'
import { object, objects } from '../../testing/kubelet/pod-status.ts'
import type { Children } from '../../testing/process/children.ts'
import { type FoundPort, scrapeConfig } from './scrape-config.ts'

/** The labels of a sample, with the name of its metric and its value. */
type Found = Readonly<Record<string, string>>

/**
 * What a Prometheus on loopback holds of memcached_up and mcrouter_up, in this order, once there are so many.
 * @param exporter HOST:PORT
 */
export async function askedByPrometheus(
  children: Children,
  pods: readonly JsonObject[],
  exporter: string,
  count: number,
): Promise<Found[]> {
  const file = join(children.directory, 'prometheus.json')
  await writeFile(file, JSON.stringify(scrapeConfig(pods.flatMap(portsOf), exporter)))
  const address = `${LOOPBACK}:${await freePort()}`
  const storage = join(children.directory, 'prometheus')
  const args = [`--config.file=${file}`, `--web.listen-address=${address}`, `--storage.tsdb.path=${storage}`]
  const child = children.start('prometheus', { file: 'prometheus', args })
  const all = async () => {
    if (!child.running) throw new Error(`prometheus has ended:\n${await child.log()}`)
    const found = [...(await samples(address, 'memcached_up')), ...(await samples(address, 'mcrouter_up'))]
    return found.length === count ? found : undefined
  }
  try {
    return await eventually(`${count} pods were asked`, all, { withinMs: 60_000 })
  } finally {
    await child.stop('SIGKILL')
  }
}

/** None while it does not answer yet. */
async function samples(address: string, up: string): Promise<Found[]> {
  const response = await fetch(`http://${address}/api/v1/query?query=${up}`).catch(() => undefined)
  const body: unknown = response?.ok ? await response.json() : undefined
  const data = isJsonObject(body) ? object(body.data) : {}
  return objects(data.result).map(({ metric, value }) => {
    const labels = Object.entries(object(metric)).map(([name, text]) => [name, String(text)])
    return { ...Object.fromEntries(labels), up, value: String(Array.isArray(value) ? value[1] : '') }
  })
}

/** Each port of each container, as discovery finds them. */
function portsOf(pod: JsonObject): FoundPort[] {
  const { namespace, name, labels } = object(pod.metadata)
  const ports = objects(object(pod.spec).containers).flatMap((container) => objects(container.ports))
  const named = Object.entries(object(labels)).map(([label, value]) => [label, String(value)])
  return ports.map((port) => ({
    namespace: String(namespace),
    pod: String(name),
    labels: Object.fromEntries(named),
    name: String(port.name),
    address: `${object(pod.status).podIP}:${port.containerPort}`,
  }))
}
