import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Verdict } from './admission/verdict.ts'
import type { ReadResult } from './serving/cert-watcher.ts'

/**
 * The server's own numbers. Names and labels are controller-runtime's where it has them
 * (pkg/webhook/internal/metrics/metrics.go, pkg/certwatcher/metrics/metrics.go), so that its dashboards and alerts fit.
 */
export interface Metrics {
  readonly registry: Registry
  readonly certificate: CertificateMetrics
  /** @param path of the webhook, which is its label */
  webhook(path: string): WebhookMetrics
  readonly conversion: ConversionMetrics
}

export interface CertificateMetrics {
  /** The files of the certificate were read. */
  readonly read: (result: ReadResult) => void
  /** @param ends gives when the certificate in use does, in ms since 1970; undefined while there is none */
  follow(ends: () => number | undefined): void
}

/** Of one webhook; its label is bound once, because looking a label up costs more than counting. */
export interface WebhookMetrics {
  /** A request begins to be judged; call what it returns when that ends. */
  begin(): () => void
  /** @param status of HTTP, 200 for a denial too */
  answered(status: number): void
  decided(verdict: Verdict['kind']): void
}

export interface ConversionMetrics {
  /** @param version that was asked for */
  converted(version: string, result: ConversionResult): void
}

/**
 * `unread`: its spec says nothing but why it could not be converted. `refused`: it is of a version that this release does not know, and
 * whoever wants to read it is told so.
 */
export type ConversionResult = 'converted' | 'unread' | 'refused'

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const webhook = webhookMetrics([registry])
  return {
    registry,
    certificate: certificateMetrics([registry]),
    webhook,
    conversion: conversionMetrics([registry]),
  }
}

function certificateMetrics(registers: Registry[]): CertificateMetrics {
  const reads = new Counter({
    name: 'certwatcher_read_certificate_total',
    help: 'Total number of certificate reads',
    registers,
  })
  const errors = new Counter({
    name: 'certwatcher_read_certificate_errors_total',
    help: 'Total number of certificate read errors',
    registers,
  })
  return {
    read(result) {
      reads.inc()
      if (result === 'refused') errors.inc()
    },
    follow(ends) {
      new Gauge({
        name: 'mcrouter_operator_certificate_expiry_timestamp_seconds',
        help: 'When the serving certificate ends, in seconds since 1970',
        labelNames: ['certificate'],
        registers,
        collect() {
          const end = ends()
          if (end === undefined) this.reset()
          else this.set({ certificate: 'serving' }, end / 1000)
        },
      })
    },
  }
}

function conversionMetrics(registers: Registry[]): ConversionMetrics {
  const objects = new Counter({
    name: 'mcrouter_operator_conversion_objects_total',
    help: 'Total number of Mcrouters that the conversion webhook was given.',
    labelNames: ['version', 'result'],
    registers,
  })
  return { converted: (version, result) => objects.inc({ version, result }) }
}

function webhookMetrics(registers: Registry[]): Metrics['webhook'] {
  const requests = new Counter({
    name: 'controller_runtime_webhook_requests_total',
    help: 'Total number of admission requests by HTTP status code.',
    labelNames: ['webhook', 'code'],
    registers,
  })
  const latency = new Histogram({
    name: 'controller_runtime_webhook_latency_seconds',
    help: 'Histogram of the latency of processing admission requests',
    labelNames: ['webhook'],
    buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
    registers,
  })
  const inFlight = new Gauge({
    name: 'controller_runtime_webhook_requests_in_flight',
    help: 'Current number of admission requests being served.',
    labelNames: ['webhook'],
    registers,
  })
  const verdicts = new Counter({
    name: 'mcrouter_operator_admission_verdicts_total',
    help: 'Total number of verdicts on Mcrouters.',
    labelNames: ['webhook', 'verdict'],
    registers,
  })

  return (webhook) => {
    const running = inFlight.labels({ webhook })
    const observer = latency.labels({ webhook })
    const byStatus = bound((code: number) => requests.labels({ webhook, code }))
    const byVerdict = bound((verdict: Verdict['kind']) => verdicts.labels({ webhook, verdict }))
    running.set(0)
    byStatus(200).inc(0)
    return {
      begin() {
        running.inc()
        const start = performance.now()
        return () => {
          running.dec()
          observer.observe((performance.now() - start) / 1000)
        }
      },
      answered: (status) => byStatus(status).inc(),
      decided: (verdict) => byVerdict(verdict).inc(),
    }
  }
}

/** Remembers what `bind` gave for each key; there are as many keys as HTTP statuses or kinds of verdict. */
function bound<K, V>(bind: (key: K) => V): (key: K) => V {
  const made = new Map<K, V>()
  return (key) => {
    const value = made.get(key) ?? bind(key)
    made.set(key, value)
    return value
  }
}
