import fc from 'fast-check'
import t from 'tap'
import { amountOf, isWhole, mebibytes, toMillis } from '../../../schemas/formats/quantity.ts'
import { effort } from '../../../testing/effort.ts'

const ONE = 1_000_000_000n

// After k8s.io/apimachinery pkg/api/resource/quantity_test.go.

t.test('what a quantity stands for', async (t) => {
  const cases: Record<string, bigint> = {
    '0': 0n,
    '0n': 0n,
    '1n': 1n,
    '1u': 1_000n,
    '1m': 1_000_000n,
    '1': ONE,
    '1k': 1_000n * ONE,
    '1M': 1_000_000n * ONE,
    '1E': 10n ** 18n * ONE,
    '1e3': 1_000n * ONE,
    '1E3': 1_000n * ONE,
    '1e-3': 1_000_000n,
    '1e+3': 1_000n * ONE,
    '0.5': 500_000_000n,
    '.5': 500_000_000n,
    '5.': 5n * ONE,
    '00.50': 500_000_000n,
    '1Ki': 1024n * ONE,
    '1.5Gi': 1536n * 1024n * 1024n * ONE,
    '7Ei': 7n * 2n ** 60n * ONE,
    '0.1n': 1n,
    '1.0000000001': ONE + 1n,
  }
  for (const [text, amount] of Object.entries(cases)) t.equal(amountOf(text), amount, text)
  t.equal(amountOf(2), 2n * ONE)
})

t.test('what is no quantity', async (t) => {
  for (const text of [
    '',
    '.',
    '1 ',
    ' 1',
    '1x',
    '1ki',
    '1Mb',
    '1MB',
    '1mi',
    '1KI',
    '1e',
    '1e1.5',
    '1ee3',
    '+1',
    '-1',
    '--1',
    '1-2',
    '1Ki5',
    '1/2',
    '0x10',
    '1_000',
    '١',
  ]) {
    t.equal(amountOf(text), undefined, JSON.stringify(text))
  }
  for (const number of [Number.NaN, Number.POSITIVE_INFINITY, 1e300]) t.equal(amountOf(number), undefined)
})

t.test('none beyond 2^63 - 1, however it is written', async (t) => {
  t.equal(amountOf('9223372036854775807'), (2n ** 63n - 1n) * ONE)
  for (const text of ['9223372036854775808', '8Ei', '1e19', '1e999999999', `1${'0'.repeat(40)}`])
    t.equal(amountOf(text), undefined, text)
})

t.test('units of containers', async (t) => {
  t.equal(toMillis(amountOf('0.0005') ?? 0n), 1)
  t.equal(mebibytes(1), amountOf('1Mi'))
  t.equal(isWhole(amountOf('0.5m') ?? 0n, 'thousandths'), false)
  t.equal(isWhole(amountOf('0.5Ki') ?? 0n, 'units'), true)
})

t.test('the order of quantities is that of what they stand for', async () => {
  const suffixes: readonly (readonly [string, number])[] = [
    ['', 1],
    ['k', 1e3],
    ['Ki', 1024],
    ['M', 1e6],
    ['Mi', 2 ** 20],
  ]
  const quantity = fc.tuple(fc.integer({ min: 0, max: 1e6 }), fc.constantFrom(...suffixes))
  fc.assert(
    fc.property(quantity, quantity, ([one, [unit, factor]], [other, [otherUnit, otherFactor]]) => {
      const order = Math.sign(one * factor - other * otherFactor)
      const [left = 0n, right = 0n] = [amountOf(`${one}${unit}`), amountOf(`${other}${otherUnit}`)]
      return order === (left < right ? -1 : left > right ? 1 : 0)
    }),
    effort(100),
  )
})
