import t from 'tap'
import { createMetrics } from '../../../server/metrics.ts'
import { clientOf } from '../../support/server.ts'

t.test('metrics are in the text format of Prometheus', async (t) => {
  const { http } = await clientOf(t)
  const { status, headers, text } = await http.get('/metrics')
  t.equal(status, 200)
  t.match(headers['content-type'], 'text/plain; version=0.0.4')
  for (const name of [
    'process_resident_memory_bytes',
    'process_cpu_seconds_total',
    'nodejs_eventloop_lag_seconds',
  ]) {
    t.match(text, `# TYPE ${name} `)
  }
})

t.test('the end of the certificate is told while there is one', async (t) => {
  let expiry: number | undefined
  const { http } = await clientOf(t, { metrics: createMetrics(() => expiry) })
  t.notMatch(
    (await http.get('/metrics')).text,
    /^mcrouter_operator_certificate_expiry_timestamp_seconds [1-9]/m,
  )
  expiry = 1_800_000_000_000
  t.match(
    (await http.get('/metrics')).text,
    /^mcrouter_operator_certificate_expiry_timestamp_seconds 1800000000$/m,
  )
})

t.test('looks at the certificate are counted, and those that found none to serve', async (t) => {
  const metrics = createMetrics(() => undefined)
  const { http } = await clientOf(t, { metrics })
  for (const look of ['refused', 'taken', 'same'] as const) metrics.looked(look)
  const { text } = await http.get('/metrics')
  t.match(text, /^certwatcher_read_certificate_total 3$/m)
  t.match(text, /^certwatcher_read_certificate_errors_total 1$/m)
})
