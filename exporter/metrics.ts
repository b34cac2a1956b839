import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { ModuleName } from './modules/modules.ts'
import type { Probe } from './prober.ts'

/** What came of a call of /probe. */
export type Outcome = Probe['kind'] | 'elsewhere' | 'failed' | 'invalid' | 'unknown' | 'unsynced'

export interface ProbeMetrics {
  readonly registry: Registry
  /** Tells what came of it. */
  begin(module: ModuleName): (outcome: Outcome) => void
  /** Counts a call that no pod was asked for. */
  refused(outcome: Outcome): void
}

/** What is read at each scrape. */
export interface ExporterGauges {
  readonly running: () => number
  readonly targets: () => Readonly<Record<ModuleName, number>>
}

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

export function createMetrics({ running, targets }: ExporterGauges): ProbeMetrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const probes = new Counter({
    name: 'mcrouter_operator_exporter_probes_total',
    help: 'Calls of /probe by module and what came of them',
    labelNames: ['module', 'outcome'],
    registers,
  })
  const seconds = new Histogram({
    name: 'mcrouter_operator_exporter_probe_duration_seconds',
    help: 'Time from a call of /probe to what is said of the pod',
    labelNames: ['module'],
    buckets: BUCKETS,
    registers,
  })
  new Gauge({
    name: 'mcrouter_operator_exporter_probes_in_flight',
    help: 'Pods that are being asked',
    registers,
    collect() {
      this.set(running())
    },
  })
  new Gauge({
    name: 'mcrouter_operator_exporter_targets',
    help: 'Pods of Mcrouters that may be asked, by module',
    labelNames: ['module'],
    registers,
    collect() {
      for (const [module, count] of Object.entries(targets())) this.set({ module }, count)
    },
  })
  return {
    registry,
    begin(module) {
      const elapsed = seconds.startTimer({ module })
      return (outcome) => {
        elapsed()
        probes.inc({ module, outcome })
      }
    },
    refused: (outcome) => probes.inc({ module: '', outcome }),
  }
}
