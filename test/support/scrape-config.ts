import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { object, objects } from '../../testing/kubelet/pod-status.ts'

/** What Kubernetes tells Prometheus of a port of a container. */
export interface FoundPort {
  readonly namespace: string
  readonly pod: string
  readonly labels: Readonly<Record<string, string>>
  /** Of the port. */
  readonly name: string
  /** IP:PORT */
  readonly address: string
}

/** Jobs that docs/monitoring.md has for a Prometheus without its operator: of the caches, and of the operator. */
type Job = 'mcrouter' | 'mcrouter-operator'

/** One of them, as the page has it. */
export function documentedJob(name: Job): JsonObject {
  const text = readFileSync(new URL('../../docs/monitoring.md', import.meta.url), 'utf8')
  const [, yaml = ''] = /```yaml\n(scrape_configs:\n[^`]*)```/.exec(text) ?? []
  const config: unknown = parse(yaml)
  const jobs = isJsonObject(config) ? objects(config.scrape_configs) : []
  const job = jobs.find((one) => one.job_name === name)
  if (job === undefined) throw new Error(`docs/monitoring.md has no scrape configuration ${name}`)
  return job
}

/** Relabelings of a job, with the exporter at this HOST:PORT instead of its Service. */
export function relabelings(job: JsonObject, exporter: string): JsonObject[] {
  return objects(job.relabel_configs).map((one) =>
    one.target_label === '__address__' ? { ...one, replacement: exporter } : one,
  )
}

/**
 * One of them, for these ports: Debian's Prometheus is built without discovery in Kubernetes.
 * @param exporter HOST:PORT, instead of its Service
 */
export function scrapeConfig(
  ports: readonly FoundPort[],
  exporter: string,
  name: Job = 'mcrouter',
): JsonObject {
  const job = documentedJob(name)
  const { kubernetes_sd_configs: _, ...rest } = job
  const relabel_configs = relabelings(job, exporter)
  const own = { ...rest, relabel_configs, static_configs: ports.map(discovered), scrape_interval: '10s' }
  return { scrape_configs: [own] }
}

/** https://prometheus.io/docs/prometheus/latest/configuration/configuration/#pod */
export function discovered({ namespace, pod, labels, name, address }: FoundPort): JsonObject {
  const ofLabels = Object.entries(labels).map(([label, value]) => [
    `__meta_kubernetes_pod_label_${label.replaceAll(/\W/g, '_')}`,
    value,
  ])
  return {
    targets: [address],
    labels: {
      __meta_kubernetes_namespace: namespace,
      __meta_kubernetes_pod_name: pod,
      __meta_kubernetes_pod_container_port_name: name,
      ...Object.fromEntries(ofLabels),
    },
  }
}

/** Each port of each container, as discovery finds them. */
export function portsOf(pod: JsonObject): FoundPort[] {
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
