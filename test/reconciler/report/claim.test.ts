import t from 'tap'
import { contest, operatorOf } from '../../../reconciler/report/claim.ts'

const SELF = 'system/op'

t.test('who comes anew claims, whoever did before, and keeps the claim', async (t) => {
  for (const stored of [{}, { operator: 'gone/op' }, { operator: SELF }]) {
    t.equal(operatorOf(stored, 'none', SELF), SELF)
    t.equal(contest(stored, 'none', SELF), undefined, 'a successor is no second one')
  }
  t.equal(contest({ operator: SELF }, 'made', SELF), undefined)
  t.equal(operatorOf({}, 'made', SELF), SELF, 'an operator of before that knows no claims took it away')
})

t.test(
  'who claimed after this one did is at work on it too: said once, and not answered in kind',
  async (t) => {
    const stored = { operator: 'else/op' }
    t.match(contest(stored, 'made', SELF), {
      reason: 'SecondOperator',
      note: /else\/op .* system\/op.*watchNamespaces/,
    })
    t.equal(contest(stored, 'contested', SELF), undefined)
    for (const claim of ['made', 'contested'] as const) t.equal(operatorOf(stored, claim, SELF), 'else/op')
  },
)
