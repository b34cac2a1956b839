import t from 'tap'
import { disturbancesFor } from '../../../bench/soak/disturbance.ts'
import { Outages } from '../../../bench/soak/outages.ts'

const MINUTE = 60_000

t.test('an hour restarts every part in both ways, and leaves processes alone from a third on', async (t) => {
  const all = disturbancesFor(60 * MINUTE)
  const parts = ['server', 'leader', 'standby', 'API server', 'etcd', 'controller manager']
  for (const part of parts) {
    for (const signal of ['SIGTERM', 'SIGKILL']) {
      t.ok(
        all.some((one) => one.part === part && one.signal === signal),
        `${part} ${signal}`,
      )
    }
  }
  t.strictSame(
    all.filter(({ at }) => at > 20 * MINUTE && at < 55 * MINUTE),
    [],
  )
  t.ok(all.every(({ at }, index) => at > (all[index - 1]?.at ?? 0)))
})

t.test('a short one restarts a server and the leader', async (t) => {
  t.match(disturbancesFor(MINUTE / 2), [
    { at: 10_000, part: 'server' },
    { at: 20_000, part: 'leader' },
  ])
})

t.test('an outage excuses what it overlaps, and what was made up for after it', async (t) => {
  const outages = new Outages()
  t.notOk(outages.overlap(0, 100))
  const end = outages.begin('server, SIGKILL', 50)
  t.ok(outages.overlap(60, 70), 'it lasts')
  t.notOk(outages.overlap(0, 49))
  end(100)
  t.ok(outages.overlap(5_050, 5_060))
  t.notOk(outages.overlap(5_101, 9_000))
  t.strictSame(outages.all, [{ what: 'server, SIGKILL', from: 50, until: 100 }])
})
