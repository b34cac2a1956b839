import t from 'tap'
import { type Key, nextOperation, type Operation } from '../../../bench/soak/operation.ts'
import { INVALID, someFields } from '../../../bench/soak/spec.ts'
import { judge } from '../../../schemas/validation/judge.ts'
import { Random } from '../../../testing/random.ts'
import { mcrouter } from '../../support/cluster.ts'

const KEYS: readonly Key[] = Array.from({ length: 100 }, (_, index) => ({
  namespace: 'a',
  name: `cache-${index}`,
}))

const METADATA = { namespace: 'a' }

function churn(seed: number, count: number): Operation[] {
  const random = new Random(seed)
  return Array.from({ length: count }, () => nextOperation(random, KEYS, []))
}

t.test('the same seed, the same operations; another, others', async (t) => {
  t.strictSame(churn(1, 50), churn(1, 50))
  t.notSame(churn(1, 50), churn(2, 50))
})

t.test('every kind comes up, changes most often', async (t) => {
  const kinds = Map.groupBy(churn(3, 1_000), ({ kind }) => kind)
  t.strictSame([...kinds.keys()].sort(), ['change', 'delete', 'meddle', 'scale', 'spoil'])
  for (const [kind, all] of kinds) {
    if (kind !== 'change') t.ok(all.length < (kinds.get('change')?.length ?? 0), kind)
  }
})

t.test('what was deleted is created again', async (t) => {
  const random = new Random(4)
  const next = (missing: number) => nextOperation(random, KEYS.slice(missing), KEYS.slice(0, missing))
  t.match(next(100), { kind: 'create' })
  t.match(next(4), { kind: 'create' })
  t.not(next(1).kind, 'create', 'a few may be missing')
})

t.test('valid changes are valid and invalid ones are not, whatever the Mcrouter', async (t) => {
  const random = new Random(5)
  for (let round = 0; round < 500; round++) {
    const spec = { ...someFields(random), ...someFields(random), ...someFields(random) }
    t.match(judge(mcrouter('a', spec, METADATA)), { accepted: true }, JSON.stringify(spec))
    const spoilt = { ...spec, ...random.pick(INVALID) }
    t.match(judge(mcrouter('a', spoilt, METADATA)), { accepted: false }, JSON.stringify(spoilt))
  }
})

t.test('a seed decides whole numbers within their bounds', async (t) => {
  const random = new Random(6)
  const numbers = Array.from({ length: 1_000 }, () => random.integer(2, 4))
  t.strictSame([...new Set(numbers)].sort(), [2, 3, 4])
  t.throws(() => random.pick([]), RangeError)
})
