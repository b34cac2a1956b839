import t from 'tap'
import { servedFrom } from '../../../reconciler/vitals/certificate.ts'

const DAY_MS = 86_400_000

/** What is said of a certificate of so many days, with so many left. */
const left = (days: number, life: number) => servedFrom(0, life * DAY_MS, (life - days) * DAY_MS)

t.test('it ends soon in its last nine days, or in the last sixth of its life', async (t) => {
  t.match(left(9, 90), { endsSoon: false })
  t.match(left(8.9, 90), { endsSoon: true })
  t.match(left(-1, 90), { endsSoon: true }, 'and when it has ended')
  t.match(left(1 / 6, 1), { endsSoon: false })
  t.match(left(0.16, 1), { endsSoon: true })
})

t.test('in the first half of its life nobody renews it', async (t) => {
  t.match(left(46, 90), { mayBeRenewed: false })
  t.match(left(45, 90), { mayBeRenewed: true })
})

t.test('it is to be renewed at the moment from which it ends soon', async (t) => {
  t.match(left(50, 90), { dueAt: 81 * DAY_MS })
  t.match(left(1, 6), { dueAt: 5 * DAY_MS })
})
