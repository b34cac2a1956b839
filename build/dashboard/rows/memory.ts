import { lines, POOLS } from '../panel.ts'
import type { Row } from '../row.ts'

export const memory: Row = {
  title: 'Memory of the servers',
  panels: [
    lines('In use', 'Share of what memcached may use for items.', 'percentunit', {
      expr: `max by (pod) (memcached_current_bytes{${POOLS}} / memcached_limit_bytes{${POOLS}})`,
      legend: '{{pod}}',
    }),
    lines('Evictions', 'Items that made room for others before their time.', 'ops', {
      expr: `sum by (pod) (rate(memcached_items_evicted_total{${POOLS}}[$__rate_interval]))`,
      legend: '{{pod}}',
    }),
    lines(
      'How long the item that was evicted last had not been used',
      'The youngest of all slabs: what is below an hour is a pool that is too small.',
      's',
      { expr: `min by (pod) (memcached_slab_items_evicted_time_seconds{${POOLS}} > 0)`, legend: '{{pod}}' },
    ),
    lines(
      'Waste in slabs',
      'Share of the chunks in use that is larger than what is in them.',
      'percentunit',
      {
        expr: `1 - sum by (pod) (memcached_slab_mem_requested_bytes{${POOLS}}) / sum by (pod) (memcached_slab_chunks_used{${POOLS}} * memcached_slab_chunk_size_bytes{${POOLS}})`,
        legend: '{{pod}}',
      },
    ),
  ],
}
