import { lines, MCROUTER, POOLS } from '../panel.ts'
import type { Row } from '../row.ts'

export const traffic: Row = {
  title: 'Traffic',
  panels: [
    lines('Operations', 'Requests of clients, all routers together.', 'ops', {
      expr: `sum by (cmd) (rate(mcrouter_commands_total{${MCROUTER}}[$__rate_interval])) > 0`,
      legend: '{{cmd}}',
    }),
    lines(
      'Requests to servers that failed',
      'First tries, by what went wrong: tko is a server that is held for dead, data_timeout one that did not answer in time.',
      'ops',
      {
        expr: `sum by (result) (rate(mcrouter_results_total{${MCROUTER}, result!="error"}[$__rate_interval]))`,
        legend: '{{result}}',
      },
    ),
    lines(
      'Latency of each router',
      'Average of the last requests, as mcrouter has it: it stays where it is without any.',
      's',
      {
        expr: `max by (pod) (mcrouter_request_duration_avg_seconds{${MCROUTER}})`,
        legend: '{{pod}}',
      },
    ),
    lines('Latency of each server', 'As the router sees it that waits longest.', 's', {
      expr: `max by (server) (mcrouter_server_latency_seconds{${POOLS}})`,
      legend: '{{server}}',
    }),
  ],
}
