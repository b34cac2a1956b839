import { CUT, DIGESTS, grown, load, restarting, ripple, SCALED, SERVERS } from './course.ts'
import { counter, gauge, type Minute, type Series } from './series.ts'

export function ofRouter(pod: string, index: number): Series[] {
  const labels = { pod }
  const share = (minute: Minute) => (load(minute) / 2) * ripple(minute, index + 5)
  const failing = (minute: Minute) =>
    (restarting(minute) ? 0.45 : 0) + (index === 1 && minute >= CUT ? 0.3 : 0)
  const digest = (one: number) => (minute: Minute) =>
    Number(minute >= SCALED + index) === one ? 1 : undefined
  return [
    gauge('mcrouter_up', labels, () => 1),
    ...['get', 'set', 'delete'].map((cmd, number) =>
      counter(
        'mcrouter_commands_total',
        { ...labels, cmd },
        (minute) => share(minute) * ([0.9, 0.09, 0.01][number] ?? 0),
      ),
    ),
    ...(['tko', 'connect_error', 'data_timeout'] as const).map((result, number) =>
      counter(
        'mcrouter_results_total',
        { ...labels, result },
        (minute) => share(minute) * failing(minute) * ([0.97, 0.02, 0.01][number] ?? 0),
      ),
    ),
    counter('mcrouter_failovers_total', labels, (minute) => share(minute) * failing(minute)),
    gauge('mcrouter_suspect_servers', labels, (minute) => Number(failing(minute) > 0)),
    gauge(
      'mcrouter_request_duration_avg_seconds',
      labels,
      (minute) => 0.0004 * ripple(minute, index) * (1 + failing(minute)),
    ),
    gauge('mcrouter_requests_in_flight', labels, (minute) =>
      Math.round(6 * ripple(minute, index) * (1 + 3 * failing(minute))),
    ),
    gauge('mcrouter_requests_waiting', labels, (minute) => Math.round(8 * failing(minute))),
    gauge('mcrouter_client_connections', labels, (minute) => Math.round(180 * ripple(minute / 3, index))),
    gauge('mcrouter_resident_memory_bytes', labels, (minute) => 150_000_000 * ripple(minute / 20, index)),
    counter('mcrouter_cpu_seconds_total', labels, (minute) => share(minute) / 9_000),
    ...DIGESTS.map((one, number) =>
      gauge('mcrouter_config_digest_info', { ...labels, digest: one }, digest(number)),
    ),
    ...SERVERS.flatMap((server, ordinal) => asSeen(labels, index, server, ordinal)),
  ]
}

function asSeen(router: { readonly pod: string }, index: number, server: string, ordinal: number): Series[] {
  const labels = { ...router, server, pool: 'main', shard: `${ordinal}`, copy: '0' }
  const isDead = (minute: Minute) =>
    (ordinal === 1 && restarting(minute)) || (ordinal === 2 && index === 1 && minute >= CUT)
  const routed = (of: (minute: Minute) => number) => (minute: Minute) =>
    ordinal < 2 || grown(minute) ? of(minute) : undefined
  return [
    gauge(
      'mcrouter_server_down',
      labels,
      routed((minute) => Number(isDead(minute))),
    ),
    gauge(
      'mcrouter_server_latency_seconds',
      labels,
      routed((minute) => 0.00025 * ripple(minute, ordinal + index)),
    ),
    counter(
      'mcrouter_server_replies_total',
      { ...labels, result: 'tko' },
      routed((minute) => (isDead(minute) ? load(minute) / 6 : 0)),
    ),
  ]
}
