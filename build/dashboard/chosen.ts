/** What a reader of the dashboard chooses, and the window that Grafana makes of the times. */
export interface Chosen {
  readonly namespace: string
  readonly mcrouter: string
  /** A regular expression of its pools. */
  readonly pool: string
  /** Such as 5m. */
  readonly rateInterval: string
}

/** A query as Grafana sends it. */
export function filledIn(expr: string, { namespace, mcrouter, pool, rateInterval }: Chosen): string {
  return expr
    .replaceAll('$namespace', namespace)
    .replaceAll('$mcrouter', mcrouter)
    .replaceAll('$pool', pool)
    .replaceAll('$__rate_interval', rateInterval)
}
