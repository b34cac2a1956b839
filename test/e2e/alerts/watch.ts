import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { load } from 'js-yaml'
import type { Test } from 'tap'
import { record, records, text } from '../../../reconciler/observe/untyped.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { Children } from '../../../testing/process/children.ts'
import { type Prometheus, startPrometheus } from '../../../testing/prometheus.ts'
import { documentedJob, relabelings } from '../../support/scrape-config.ts'
import { shortened } from '../../support/shortened-rules.ts'
import { RELEASE, SYSTEM } from '../support/operator.ts'
import { type Discovery, startDiscovery } from './discovery.ts'

const RULES = fileURLToPath(new URL('../../../charts/mcrouter-operator/files/alerts.yaml', import.meta.url))
/** A pod that hangs is told after 4 s, through the API server a little later. */
const EVERY = { scrape_interval: '6s', scrape_timeout: '6s' }
/** Each has several scrapes. What the hit ratio was yesterday is what it was before the last two windows. */
export const SHORT = {
  hold: '4s',
  windows: { '5m': '24s', '10m': '24s', '15m': '60s', '30m': '60s', '1h': '24s', '1d': '48s' },
} as const

/** An alert as it is told apart here: one severity for one Mcrouter, or for one certificate of the operator. */
export interface Alert {
  readonly alert: string
  readonly severity: string
  readonly mcrouter?: string
  readonly certificate?: string
}

/** A Prometheus that watches the cluster as docs/monitoring.md says, with rules that do not wait for minutes. */
export class Watch {
  readonly prometheus: Prometheus
  /** Unix time in seconds. */
  #since = 0

  private constructor(prometheus: Prometheus) {
    this.prometheus = prometheus
  }

  static async start(t: Test): Promise<Watch> {
    const children = new Children('mcrouter-e2e-alerts')
    t.teardown(() => children.end())
    const discovery = await startDiscovery(t, children)
    const rules = join(children.directory, 'rules.yaml')
    await writeFile(rules, JSON.stringify(shortened(await readRules(), SHORT)))
    const prometheus = await startPrometheus(children, {
      global: { ...EVERY, evaluation_interval: '2s' },
      rule_files: [rules],
      scrape_configs: [jobOfCaches(discovery), jobOfTheOperator(discovery)],
    })
    return new Watch(prometheus)
  }

  /** Whether it fires now. */
  async fires(alert: Alert): Promise<boolean> {
    return (await this.prometheus.query(firing(alert))).length > 0
  }

  /** What was before is of no account: a Mcrouter is not available while it starts. */
  begin(): void {
    this.#since = Date.now() / 1000
  }

  /** Whether it fired at any time since then, until now. */
  async fired(alert: Alert): Promise<boolean> {
    const now = Date.now() / 1000
    const seconds = Math.max(1, Math.ceil(now - this.#since))
    return (await this.prometheus.query(`count_over_time(${firing(alert)}[${seconds}s])`, now)).length > 0
  }

  /** All that fire or are about to, in words. */
  async state(): Promise<string[]> {
    const series = await this.prometheus.query('ALERTS')
    return series.map(({ metric }) => wordsOf(record(metric))).sort()
  }
}

async function readRules(): Promise<JsonObject> {
  return record(load(await readFile(RULES, 'utf8')))
}

/** The name and the severity of each rule. */
export async function alertsOfRules(): Promise<Alert[]> {
  const rules = records((await readRules()).groups).flatMap((group) => records(group.rules))
  return rules.map(({ alert, labels }) => ({ alert: text(alert), severity: text(record(labels).severity) }))
}

function wordsOf({ alertname, severity, mcrouter, certificate, alertstate }: JsonObject): string {
  return [alertname, severity, mcrouter ?? certificate, alertstate].map(text).join(' ')
}

function firing({ alert, ...labels }: Alert): string {
  const matchers = Object.entries({ alertname: alert, alertstate: 'firing', ...labels })
  return `ALERTS{${matchers.map(([name, value]) => `${name}="${value}"`).join(',')}}`
}

function jobOfCaches({ host, pods }: Discovery): JsonObject {
  const { kubernetes_sd_configs: _, metrics_path, ...job } = documentedJob('mcrouter')
  const service = `/api/v1/namespaces/${SYSTEM}/services/${RELEASE}-exporter:http/proxy`
  return {
    ...job,
    ...EVERY,
    metrics_path: `${service}${metrics_path}`,
    http_sd_configs: [pods()],
    relabel_configs: relabelings(job, host),
  }
}

/** Its pods are not reached from everywhere, but through the API server, as the exporter is. */
function jobOfTheOperator({ host, pods }: Discovery): JsonObject {
  const { kubernetes_sd_configs: _, ...job } = documentedJob('mcrouter-operator')
  const path = {
    source_labels: ['__meta_kubernetes_namespace', '__meta_kubernetes_pod_name', '__address__'],
    regex: '(.*);(.*);.*:(.*)',
    target_label: '__metrics_path__',
    replacement: '/api/v1/namespaces/$1/pods/$2:$3/proxy/metrics',
  }
  const address = { target_label: '__address__', replacement: host }
  return {
    ...job,
    ...EVERY,
    http_sd_configs: [pods(SYSTEM)],
    relabel_configs: [...relabelings(job, host), path, address],
  }
}
