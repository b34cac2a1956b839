import t from 'tap'
import { DriftBackoff } from '../../../reconciler/apply/drift-backoff.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

t.test('a few corrections are made at once', async (t) => {
  const driftBackoff = new DriftBackoff()
  for (let time = 0; time < 4; time++) {
    t.equal(driftBackoff.holdOff('Service cache', time * SECOND), 0)
    driftBackoff.corrected('Service cache', time * SECOND)
  }
  t.equal(driftBackoff.holdOff('Service cache', 4 * SECOND), 0)
})

t.test('corrections far from each other are no fight', async (t) => {
  const driftBackoff = new DriftBackoff()
  for (let time = 0; time < 20; time++) driftBackoff.corrected('Service cache', time * MINUTE)
  t.equal(driftBackoff.holdOff('Service cache', 20 * MINUTE), 0)
})

t.test('many in a short time are held off, longer each time, and other objects are not', async (t) => {
  const driftBackoff = new DriftBackoff()
  for (let time = 0; time < 5; time++) driftBackoff.corrected('Service cache', time * SECOND)
  t.equal(driftBackoff.holdOff('Service cache', 4 * SECOND), 15 * SECOND)
  t.equal(driftBackoff.holdOff('Service cache', 14 * SECOND), 5 * SECOND)
  t.equal(driftBackoff.holdOff('Service cache', 19 * SECOND), 0)
  t.equal(driftBackoff.holdOff('Deployment cache', 4 * SECOND), 0)
  driftBackoff.corrected('Service cache', 19 * SECOND)
  t.equal(driftBackoff.holdOff('Service cache', 19 * SECOND), 30 * SECOND)
  for (let time = 1; time < 12; time++) driftBackoff.corrected('Service cache', time * 10 * MINUTE)
  t.equal(driftBackoff.holdOff('Service cache', 110 * MINUTE), 10 * MINUTE, 'but never longer than this')
})

t.test('a fight is over after half an hour of peace', async (t) => {
  const driftBackoff = new DriftBackoff()
  for (let time = 0; time < 5; time++) driftBackoff.corrected('Service cache', time * SECOND)
  t.ok(driftBackoff.holdOff('Service cache', 5 * SECOND) > 0)
  const later = 31 * MINUTE
  driftBackoff.corrected('Service cache', later)
  t.equal(driftBackoff.holdOff('Service cache', later), 0)
})

t.test('a storm of an hour is a dozen writes', async (t) => {
  const driftBackoff = new DriftBackoff()
  let writes = 0
  for (let now = 0; now < 60 * MINUTE; now += 100) {
    if (driftBackoff.holdOff('Service cache', now) > 0) continue
    driftBackoff.corrected('Service cache', now)
    writes += 1
  }
  t.ok(writes < 20, `${writes} writes`)
})
