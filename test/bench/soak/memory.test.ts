import t from 'tap'
import { chartOf } from '../../../bench/soak/chart.ts'
import { type Sample, trends } from '../../../bench/soak/memory.ts'

const sample = (at: number, pid: number, mebibytes: number): Sample => ({
  part: 'server',
  pid,
  at: at * 60_000,
  mebibytes,
  heapMebibytes: at === 3 ? undefined : mebibytes / 2,
  descriptors: 20 + at,
})

t.test('the longest life counts, by the medians of its first and last quarter', async (t) => {
  const samples = [
    ...[0, 1].map((at) => sample(at, 1, 500)),
    ...[2, 3, 4, 5, 6, 7, 8, 9].map((at) => sample(at, 2, 100 + at)),
  ]
  t.strictSame(trends(samples), [
    {
      part: 'server',
      minutes: 7,
      mebibytes: [102, 108],
      heapMebibytes: [51, 54],
      descriptors: [22, 28],
      peak: 109,
    },
  ])
})

t.test('of a process that was hardly seen nothing is said', async (t) => {
  t.strictSame(trends([sample(0, 1, 100), sample(1, 1, 100)]), [])
})

t.test('a line for each part, over the time there was', async (t) => {
  const samples = [0, 1, 2, 3].map((at) => sample(at, 1, 100 + at))
  t.equal(
    chartOf(samples, ['server']),
    [
      '```mermaid',
      'xychart-beta',
      '    x-axis "minutes" 0 --> 3',
      '    y-axis "MiB" 0 --> 120',
      '    line [100, 101, 102, 103]',
      '```',
    ].join('\n'),
  )
})

t.test('a line stays where it was while nothing is seen', async (t) => {
  const samples = [sample(0, 1, 100), sample(9, 1, 90), sample(9.5, 1, 90), sample(10, 1, 90)]
  t.match(chartOf(samples, ['server']), 'line [100, 100, 100, 90]')
})
