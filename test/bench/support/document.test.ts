import t from 'tap'
import { document } from '../../../bench/support/document.ts'
import { merged, resultOf } from '../../../bench/support/result.ts'
import { parseSoak } from '../../../bench/support/soak.ts'
import { median, percentile } from '../../../bench/support/statistics.ts'

const MACHINE = {
  at: '2026-03-02T10:00:00.000Z',
  processors: '2 × x',
  memoryGiB: 8,
  kernel: '6',
  node: 'v24',
  load: 1,
}
const TEXTS = new Map([['walk', { title: 'Speed', method: 'By watch.', limits: 'Legs are short.' }]])
const result = (name: string, ...samples: number[]) =>
  resultOf(name, [{ what: 'a walk', unit: 'ms', bar: 2, samples }], MACHINE)

t.test('a bar is for the median', async (t) => {
  t.match(result('walk', 9, 1, 2).figures, [{ min: 1, median: 2, rounds: 3, met: true }])
  t.match(result('walk', 9, 1, 3).figures, [{ min: 1, median: 3, met: false }])
})

t.test('percentiles are samples', async (t) => {
  t.equal(median([4, 1, 3, 2]), 2)
  t.equal(percentile([4, 1, 3, 2], 99), 4)
  t.throws(() => median([]), RangeError)
})

t.test('a run of some leaves the results of the others', async (t) => {
  const known = [result('a', 1), result('b', 1)]
  const both = merged(known, [result('b', 5)], ['b', 'a', 'c'])
  t.match(both, [
    { name: 'b', figures: [{ median: 5 }] },
    { name: 'a', figures: [{ median: 1 }] },
  ])
})

t.test('the document says what missed its bar, and ends with the soak', async (t) => {
  const soak = parseSoak('{"title": "Soak", "markdown": "An hour."}')
  const text = document([result('walk', 3)], TEXTS, soak)
  t.match(text, '\n## Speed\n\nBy watch.\n\n| what |')
  t.match(text, '| a walk | 3 ms | 3 ms | 1 | ≤ 2 ms | **missed** |  |')
  t.match(text, '\nLegs are short.\n')
  t.notMatch(document([result('walk', 1)], TEXTS, undefined), 'Legs are short')
  t.ok(text.endsWith('\n## Soak\n\nAn hour.\n'))
  t.throws(() => parseSoak('{}'), { message: /needs the members/ })
})
