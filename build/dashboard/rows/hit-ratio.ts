import { lines, POOLS } from '../panel.ts'
import type { Row } from '../row.ts'

/** @param window such as `[5m] offset 1d` */
function ratio(by: string, window: string): string {
  const sum = (more: string) =>
    `sum by (${by}) (rate(memcached_commands_total{${POOLS}, command="get"${more}}${window}))`
  return `${sum(', status="hit"')} / ${sum('')}`
}

export const hitRatio: Row = {
  title: 'Hit ratio',
  panels: [
    lines(
      'Of each pool',
      'Of the gets that reached its servers, those that hit; and what it was at this time yesterday.',
      'percentunit',
      { expr: ratio('pool', '[$__rate_interval]'), legend: '{{pool}}' },
      { expr: ratio('pool', '[1h] offset 1d'), legend: '{{pool}} yesterday' },
    ),
    lines('Of each server', 'One that restarted begins with none.', 'percentunit', {
      expr: ratio('pod', '[$__rate_interval]'),
      legend: '{{pod}}',
    }),
  ],
}
