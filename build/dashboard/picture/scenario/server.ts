import {
  born,
  emptiness,
  exists,
  GUTTER,
  getsOf,
  hitRatio,
  load,
  RESTARTED,
  restarting,
  ripple,
} from './course.ts'
import { counter, gauge, type Minute, type Series } from './series.ts'

export function ofServer(server: string, ordinal: number): Series[] {
  const labels = { pod: server, pool: 'main', shard: `${ordinal}`, copy: '0' }
  const resetAt = ordinal === 1 ? RESTARTED : undefined
  const there = (of: (minute: Minute) => number) => (minute: Minute) =>
    exists(ordinal, minute) ? of(minute) : undefined
  const full = (minute: Minute) => 0.97 - 0.97 * emptiness(minute, born(ordinal, minute))
  const gets = (share: (minute: Minute) => number) => (minute: Minute) => {
    const all = getsOf(ordinal, minute)
    return all === undefined ? undefined : all * share(minute)
  }
  const slab = { ...labels, slab: '5' }
  return [
    gauge(
      'memcached_up',
      labels,
      there(() => 1),
    ),
    gauge(
      'memcached_uptime_seconds',
      labels,
      there((minute) => 60 * (minute - born(ordinal, minute))),
    ),
    counter(
      'memcached_commands_total',
      { ...labels, command: 'get', status: 'hit' },
      gets((minute) => hitRatio(ordinal, minute)),
      resetAt,
    ),
    counter(
      'memcached_commands_total',
      { ...labels, command: 'get', status: 'miss' },
      gets((minute) => 1 - hitRatio(ordinal, minute)),
      resetAt,
    ),
    gauge(
      'memcached_current_bytes',
      labels,
      there((minute) => full(minute) * 2 ** 30),
    ),
    gauge(
      'memcached_limit_bytes',
      labels,
      there(() => 2 ** 30),
    ),
    counter(
      'memcached_items_evicted_total',
      labels,
      there((minute) => (full(minute) > 0.9 ? 45 * ripple(minute, ordinal) : 0)),
      resetAt,
    ),
    gauge(
      'memcached_slab_items_evicted_time_seconds',
      slab,
      there((minute) => (full(minute) > 0.9 ? 7_200 * ripple(minute / 4, ordinal) : 0)),
    ),
    gauge(
      'memcached_slab_mem_requested_bytes',
      slab,
      there((minute) => 840_000_000 * full(minute) * ripple(minute / 5, ordinal)),
    ),
    gauge(
      'memcached_slab_chunks_used',
      slab,
      there((minute) => 1_000_000 * full(minute)),
    ),
    gauge(
      'memcached_slab_chunk_size_bytes',
      slab,
      there(() => 1_000),
    ),
    gauge(
      'memcached_current_connections',
      labels,
      there((minute) => 40 + Math.round(4 * ripple(minute, ordinal))),
    ),
    gauge(
      'memcached_max_connections',
      labels,
      there(() => 1_024),
    ),
  ]
}

export function ofGutter(): Series[] {
  const labels = { pod: GUTTER, pool: 'gutter', shard: '0', copy: '0' }
  const hits = (minute: Minute) => (restarting(minute) ? 0.2 * load(minute) : 0)
  return [
    gauge('memcached_up', labels, () => 1),
    counter('memcached_commands_total', { ...labels, command: 'get', status: 'hit' }, hits),
    counter('memcached_commands_total', { ...labels, command: 'get', status: 'miss' }, hits),
  ]
}
