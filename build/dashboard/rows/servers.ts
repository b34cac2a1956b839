import { lines, MCROUTER, matrix, POOLS } from '../panel.ts'
import type { Row } from '../row.ts'

export const servers: Row = {
  title: 'Servers as the routers see them',
  panels: [
    matrix(
      'Which router holds which server for dead',
      'A row for each router, a column for each server. A red column: the server is dead. A red row: the router is cut off. A single red cell: the network between the two.',
      ['pod', 'server'],
      { text: 'up', color: 'green' },
      { text: 'dead', color: 'red' },
      `max by (pod, server) (mcrouter_server_down{${POOLS}})`,
    ),
    lines('Requests that another server answered', 'Failovers: to another copy, or to the gutter.', 'ops', {
      expr: `sum by (pod) (rate(mcrouter_failovers_total{${MCROUTER}}[$__rate_interval]))`,
      legend: '{{pod}}',
    }),
    lines(
      'Servers that a router suspects',
      'Their last request through it failed: held for dead, or not yet.',
      'short',
      {
        expr: `max by (pod) (mcrouter_suspect_servers{${MCROUTER}})`,
        legend: '{{pod}}',
      },
    ),
    lines('Errors of each server', 'Replies that are none, as the routers count them.', 'ops', {
      expr: `sum by (server) (rate(mcrouter_server_replies_total{${POOLS}, result=~".*error|.*timeout|tko|busy"}[$__rate_interval]))`,
      legend: '{{server}}',
    }),
  ],
}
