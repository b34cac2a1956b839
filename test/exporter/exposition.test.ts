import fc from 'fast-check'
import t from 'tap'
import { Exposition } from '../../exporter/exposition/exposition.ts'
import { counter, gauge } from '../../exporter/exposition/family.ts'
import { labelText } from '../../exporter/exposition/labels.ts'
import { numberIn, secondsIn, sumOf } from '../../exporter/exposition/numbers.ts'
import { statisticsIn, versionIn } from '../../process/statistics.ts'

t.test('the text format', async (t) => {
  const exposition = new Exposition(labelText({ namespace: 'shop' }))
  exposition.one(gauge('up', 'Whether it answered.'), '1')
  exposition.one(gauge('absent', 'Nothing.'), undefined)
  exposition.add(counter('all_total', 'All.'), [
    [labelText({ kind: 'a' }), '18446744073709551615'],
    [labelText({ kind: 'b' }), '2'],
  ])
  t.equal(
    exposition.text,
    `# HELP up Whether it answered.
# TYPE up gauge
up{namespace="shop"} 1
# HELP all_total All.
# TYPE all_total counter
all_total{namespace="shop",kind="a"} 18446744073709551615
all_total{namespace="shop",kind="b"} 2
`,
  )
})

t.test('no value of a label ends it', async (t) => {
  t.equal(labelText({ a: 'x"} 1\n\\' }), 'a="x\\"} 1\\n\\\\"')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      const [, text = ''] = /^a="((?:[^"\\\n]|\\[\\"n])*)"$/.exec(labelText({ a: value })) ?? []
      return text.replace(/\\(.)/g, (_, one) => (one === 'n' ? '\n' : one)) === value
    }),
  )
})

t.test('a number is one, and keeps its digits', async (t) => {
  for (const text of ['0', '18446744073709551615', '0.008758', '-1']) t.equal(numberIn(text), text)
  for (const text of [
    '',
    'NaN',
    '+Inf',
    '1e9',
    '0x1',
    '1 2',
    '1\nup 1',
    '1.',
    '.5',
    '9'.repeat(21),
    undefined,
  ])
    t.equal(numberIn(text), undefined, `${text}`)
  t.equal(sumOf('1', '2.5'), 3.5)
  t.equal(sumOf('1', undefined), undefined)
  t.equal(secondsIn('25.5'), '0.0000255')
  t.equal(secondsIn('0.0001'), '1e-10', 'which the text format takes')
  t.equal(secondsIn('x'), undefined)
})

t.test('an exposition has an end', async (t) => {
  const endless = function* () {
    for (;;) yield ['', '1'] as const
  }
  t.throws(() => new Exposition('').add(gauge('up', 'Up.'), endless()), { name: 'OversizeError' })
})

t.test('statistics are lines of STAT', async (t) => {
  const values = statisticsIn([
    'STAT version 1.6.18',
    'STAT a b c',
    'STAT',
    'STAT x',
    'VALUE a 1',
    'STAT a 2',
  ])
  t.strictSame(
    [...values],
    [
      ['version', '1.6.18'],
      ['a', '2'],
    ],
  )
  t.equal(versionIn(values), '1.6.18')
  for (const version of ['', 'ü', 'a\nb', 'x'.repeat(65)])
    t.equal(versionIn(new Map([['version', version]])), undefined)
})
