import t from 'tap'
import { RequestBudget } from '../../../server/serving/request-budget.ts'

/** Bodies that are being received, and which of them were dropped. */
function receiving(budget: RequestBudget) {
  const dropped: string[] = []
  const body = (host: string, name: string) => {
    const one = {
      host,
      drop() {
        dropped.push(name)
        budget.give(one)
      },
    }
    return one
  }
  return { dropped, body }
}

t.test('one host gets all of it and no more', async (t) => {
  const budget = new RequestBudget(100)
  const { dropped, body } = receiving(budget)
  const [first, second] = [body('a', 'first'), body('a', 'second')]
  t.ok(budget.take(first, 60))
  t.ok(budget.take(first, 40))
  t.notOk(budget.take(second, 1))
  budget.give(first)
  t.ok(budget.take(second, 100), 'and what is given back is there again')
  t.same(dropped, [])
})

t.test('a host within its share has the oldest bodies of those dropped that hold more', async (t) => {
  const budget = new RequestBudget(120)
  const { dropped, body } = receiving(budget)
  t.ok(budget.take(body('small', 'small'), 30))
  for (const name of ['oldest', 'second', 'third']) t.ok(budget.take(body('large', name), 30))
  const mine = body('mine', 'mine')
  t.ok(budget.take(mine, 20))
  t.same(dropped, ['oldest'])
  t.ok(budget.take(mine, 20), 'up to a third')
  t.same(dropped, ['oldest', 'second'])
  t.notOk(budget.take(mine, 50), 'and not beyond')
  t.same(dropped, ['oldest', 'second'])
})
