import { join } from 'node:path'
import t from 'tap'
import { writersIn } from '../../../bench/soak/writers.ts'

const event = (at: number, by: string, change: object = {}) =>
  JSON.stringify({
    requestURI: '/api/v1/namespaces/a/services/cache',
    stageTimestamp: `2026-03-02T10:00:0${at}.000000Z`,
    user: { extra: { 'authentication.kubernetes.io/credential-id': [by] } },
    objectRef: { resource: 'services' },
    responseStatus: { code: 200 },
    ...change,
  })

t.test('how often the writer was another, by time; what is no work of a leader does not count', async (t) => {
  const lines = [
    event(3, 'two'),
    event(1, 'one'),
    event(2, 'one'),
    event(4, 'one', { objectRef: { resource: 'leases' } }),
    event(5, 'one', { requestURI: '/apis/x/mcrouters?dryRun=All' }),
    event(6, 'one', { responseStatus: { code: 409 } }),
    event(7, 'one').slice(0, 50),
  ]
  const directory = t.testdir({ 'audit.log': lines.join('\n') })
  t.strictSame(await writersIn(join(directory, 'audit.log')), { writes: 3, changes: 1 })
})
