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
