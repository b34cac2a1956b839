import { lines, MCROUTER, POOLS } from '../panel.ts'
import type { Row } from '../row.ts'

const ofSpec = (name: string) =>
  `on (namespace, mcrouter) group_left () max by (namespace, mcrouter) (mcrouter_operator_mcrouter_${name}{${MCROUTER}})`

export const saturation: Row = {
  title: 'Saturation',
  panels: [
    lines('CPU of the routers', 'Share of what their threads can use.', 'percentunit', {
      expr: `rate(mcrouter_cpu_seconds_total{${MCROUTER}}[$__rate_interval]) / ${ofSpec('router_threads')}`,
      legend: '{{pod}}',
    }),
    lines('Memory of the routers', 'Share of their limit. mcrouter keeps what it once had.', 'percentunit', {
      expr: `mcrouter_resident_memory_bytes{${MCROUTER}} / ${ofSpec('router_memory_limit_bytes')}`,
      legend: '{{pod}}',
    }),
    lines(
      'Requests inside the routers',
      'Being routed, and waiting to be.',
      'short',
      { expr: `sum by (pod) (mcrouter_requests_in_flight{${MCROUTER}})`, legend: '{{pod}} in flight' },
      { expr: `sum by (pod) (mcrouter_requests_waiting{${MCROUTER}})`, legend: '{{pod}} waiting' },
    ),
    lines('Clients of the routers', 'Connections.', 'short', {
      expr: `sum by (pod) (mcrouter_client_connections{${MCROUTER}})`,
      legend: '{{pod}}',
    }),
    lines('Connections of the servers', 'Share of what each takes.', 'percentunit', {
      expr: `max by (pod) (memcached_current_connections{${POOLS}} / memcached_max_connections{${POOLS}})`,
      legend: '{{pod}}',
    }),
  ],
}
