import t from 'tap'
import { lateAfter } from '../../../../reconciler/report/conditions/unready.ts'
import { podWith } from '../../pod.ts'

const NOW = Date.UTC(2026, 0, 31, 12)

t.test('a pod that is not Ready is looked at again when it is late', async (t) => {
  const waiting = (forMs: number) => podWith({ ready: false, turnedAt: NOW - forMs })
  t.equal(lateAfter([waiting(60_000), waiting(590_000), podWith()], NOW), 10_000)
  t.equal(lateAfter([waiting(600_000)], NOW), Number.POSITIVE_INFINITY, 'it is')
  t.equal(lateAfter([podWith(), podWith({ ready: false, deleting: true, turnedAt: NOW })], NOW), Infinity)
})
