import { Counter, Gauge, type Registry } from 'prom-client'

export type Sample = readonly [labels: Record<string, string>, value: number]

/**
 * What is read at each scrape.
 * @param labelNames those of the first sample, unless there may be none yet
 */
export function gauge(
  registry: Registry,
  name: string,
  help: string,
  read: () => Sample[],
  labelNames: string[] = Object.keys(read()[0]?.[0] ?? {}),
): void {
  new Gauge({
    name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      for (const [labels, value] of read()) this.set(labels, value)
    },
  })
}

/** A number that the part itself counts. */
export function counter(registry: Registry, name: string, help: string, read: () => Sample[]): void {
  const labelNames = Object.keys(read()[0]?.[0] ?? {})
  new Counter({
    name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      this.reset()
      for (const [labels, value] of read()) this.inc(labels, value)
    },
  })
}
