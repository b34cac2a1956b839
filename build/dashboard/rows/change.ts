import { lines, MCROUTER } from '../panel.ts'
import type { Row } from '../row.ts'

export const change: Row = {
  title: 'Change',
  panels: [
    lines('Steps of a scale', 'What a pool between two sizes is at; nothing while none is.', 'short', {
      expr: `max by (step) (mcrouter_operator_mcrouter_scale_step{${MCROUTER}})`,
      legend: '{{step}}',
    }),
    lines(
      'Keys that moved with the last scale',
      'Share of the keys that are looked for on another server since then, which Ch3 makes the least that there can be.',
      'percentunit',
      {
        expr: `max by (namespace, mcrouter) (mcrouter_operator_mcrouter_keys_moved_ratio{${MCROUTER}})`,
        legend: 'moved',
      },
    ),
    lines(
      'Hits of further pools',
      'Of a gutter, of the pool that another warms up from, of prefixes. One that is warmed up from may go once its line is flat.',
      'ops',
      {
        expr: `sum by (pool) (rate(memcached_commands_total{${MCROUTER}, pool!="main", command="get", status="hit"}[$__rate_interval]))`,
        legend: '{{pool}}',
      },
    ),
  ],
}
