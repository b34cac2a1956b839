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

t.test('reads of the certificate are counted, and its end is told while there is one', async (t) => {
  const metrics = createMetrics()
  let end: number | undefined
  metrics.certificate.follow(() => end)
  for (const look of ['refused', 'taken', 'same'] as const) metrics.certificate.read(look)
  const { http } = await clientOf(t, { metrics })
  const { text } = await http.get('/metrics')
  t.match(text, /^certwatcher_read_certificate_total 3$/m)
  t.match(text, /^certwatcher_read_certificate_errors_total 1$/m)
  const serving =
    /^mcrouter_operator_certificate_expiry_timestamp_seconds\{certificate="serving"\} 1800000000$/m
  t.notMatch(text, serving)
  end = 1_800_000_000_000
  t.match((await http.get('/metrics')).text, serving)
})
