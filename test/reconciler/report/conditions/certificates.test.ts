import t from 'tap'
import { degraded } from '../../../../reconciler/report/conditions/degraded.ts'
import { type Pulse, UNKNOWN } from '../../../../reconciler/vitals/pulse.ts'
import { routerPods, serverPods } from '../../pod.ts'
import { findingsWith } from '../../reconcile-report.ts'

const WELL: Pulse = { ...UNKNOWN, state: 'answering' }
const pods = [...serverPods(2), ...routerPods(2)]

/** What is said when these pods are so, and all others well. */
function said(pulses: Readonly<Record<string, Partial<Pulse>>>) {
  const all = new Map(pods.map(({ metadata: { name } }) => [name, { ...WELL, ...pulses[name] }]))
  return degraded(findingsWith({ pods, pulses: all }), 'Complete', 0)
}

t.test('a certificate that is to be renewed is said with its end, the soonest', async (t) => {
  const at = (iso: string, endsSoon = true) => ({
    certificate: { notAfter: Date.parse(iso), dueAt: 0, endsSoon },
  })
  t.same(said({ 'r-0': at('2026-12-01T00:00:00Z', false) }).reason, 'AsExpected')
  const two = { 'r-0': at('2026-12-02T00:00:00Z'), 'r-1': at('2026-12-01T00:00:00Z') }
  t.match(said(two), {
    reason: 'CertificateExpiring',
    message: /r-0.*r-1 serves a certificate that ends at 2026-12-01T00:00:00\.000Z: renew the Secret/,
  })
  const server = { 'cache-memcached-1': at('2026-12-03T00:00:00Z') }
  t.match(said({ ...two, ...server }).message, /; cache-memcached-1 serves .*2026-12-03/)
})

t.test('what cannot be used comes before what ends soon', async (t) => {
  const unusable = 'Error loading the key'
  const certificate = { notAfter: 1, dueAt: 0, endsSoon: true }
  t.match(said({ 'cache-memcached-0': { unusable, certificate } }), {
    reason: 'CertificateUnusable',
    message: /^cache-memcached-0 cannot use its certificate: Error loading the key; .* ends at/,
  })
})
