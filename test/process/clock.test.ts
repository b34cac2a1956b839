import t from 'tap'
import { type EpochMs, type MonotonicMs, systemClock } from '../../process/clock.ts'

t.test('the time of one clock is not taken for that of the other', async (t) => {
  const passed = (since: MonotonicMs) => systemClock.monotonic() - since
  const shown = (at: EpochMs) => new Date(at).getUTCFullYear()
  // @ts-expect-error a duration since 1970
  t.ok(passed(systemClock.now()) < 0)
  // @ts-expect-error a year after a start of no date
  t.ok(shown(systemClock.monotonic()) < 2000)
  t.ok(passed(systemClock.monotonic()) >= 0)
  t.ok(shown(systemClock.now()) > 2000)
})
