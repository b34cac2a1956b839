import t from 'tap'
import { condition } from '../../../../reconciler/report/conditions/condition.ts'

const EARLIER = '2026-01-01T00:00:00Z'
const NOW = '2026-02-01T00:00:00Z'
const wrong = (message: string) => ({ reason: 'CrashLooping', message })

t.test('the status follows from the reason, and only its change moves the transition time', async (t) => {
  const before = { status: 'True', lastTransitionTime: EARLIER }
  t.match(condition('Degraded', wrong('x'), 3, before, NOW), {
    status: 'True',
    observedGeneration: 3,
    lastTransitionTime: EARLIER,
  })
  const well = { reason: 'AsExpected', message: 'Nothing is wrong' }
  t.match(condition('Degraded', well, 3, before, NOW), { status: 'False', lastTransitionTime: NOW })
  t.match(condition('Degraded', well, 3, undefined, NOW), { lastTransitionTime: NOW })
})

t.test(
  'what a container wrote before it ended is one line in the message, and not without end',
  async (t) => {
    const { message } = condition(
      'Degraded',
      wrong('Pod a: \u001b[2Jall is well\r\n\u202e'),
      1,
      undefined,
      NOW,
    )
    t.equal(message, 'Pod a:  [2Jall is well ')
    const long = condition('Degraded', wrong('🐕'.repeat(100_000)), 1, undefined, NOW).message
    t.equal(long.length, 2000)
    t.ok(long.isWellFormed())
  },
)
