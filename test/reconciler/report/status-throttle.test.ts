import t from 'tap'
import { pace } from '../../../reconciler/report/status-throttle.ts'

const conditions = (status: string, reason: string, message: string) => [
  { type: 'Available', status, reason, message },
]
const BEFORE = {
  observedGeneration: 1,
  conditions: conditions('False', 'ServersNotReady', '0 of 2 are ready'),
  readyServers: 0,
  ready: { servers: '0/2' },
}

t.test('counts and wording change once a second at most', async (t) => {
  const patch = {
    conditions: conditions('False', 'ServersNotReady', '1 of 2 are ready'),
    readyServers: 1,
    replicas: 2,
    ready: { servers: '1/2' },
  }
  t.equal(pace(BEFORE, patch, 300), 700)
  t.equal(pace(BEFORE, { readyServers: 1 }, 999), 1)
  t.equal(pace(BEFORE, patch, 1_000), 0)
  t.equal(pace(BEFORE, patch, Number.POSITIVE_INFINITY), 0, 'the first of this process')
})

t.test('conditions turn twice a second at most', async (t) => {
  const turned = { conditions: conditions('True', 'ServersNotReady', '') }
  t.equal(pace(BEFORE, turned, 100), 400, 'a status')
  t.equal(pace(BEFORE, { conditions: conditions('False', 'PodsFailing', '') }, 100), 400, 'a reason')
  t.equal(pace(BEFORE, turned, 500), 0)
})

t.test('what answers a change of the spec is written at once', async (t) => {
  t.equal(pace(BEFORE, { observedGeneration: 2 }, 0), 0, 'the generation')
  t.equal(pace(BEFORE, { readyServers: 2, config: { digest: 'd' } }, 0), 0, 'the configuration')
})
