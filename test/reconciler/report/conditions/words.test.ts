import t from 'tap'
import type { ReconcileReport } from '../../../../reconciler/reconcile-report.ts'
import { available } from '../../../../reconciler/report/conditions/available.ts'
import { unready } from '../../../../reconciler/report/conditions/unready.ts'
import { unresponsive } from '../../../../reconciler/report/conditions/unresponsive.ts'
import { UNKNOWN } from '../../../../reconciler/vitals/pulse.ts'
import { podWith, routerPods, serverPods } from '../../pod.ts'
import { findingsWith } from '../../reconcile-report.ts'

// For whoever is woken by them: which pod it is, and what to do next.

const NOW = Date.UTC(2026, 0, 31, 12)
const down = (ordinal: number) => podWith({ ordinal, ready: false, turnedAt: NOW })
const said = (findings: ReconcileReport) => unready(findings, 'Complete', NOW).map(({ message }) => message)

t.test('servers that are missing are named as their pods are', (t) => {
  const { message } = available(findingsWith({ pods: [down(0), down(1), ...routerPods(2)] }))
  t.equal(message, '2 servers of 2 not ready on port 11211: cache-memcached-0 and cache-memcached-1')
  t.end()
})

t.test('of a pod that is not ready, where to look, also when there is none', (t) => {
  const pods = [podWith({ ordinal: 0 }), down(1), ...routerPods(2)]
  t.strictSame(said(findingsWith({ pods })), [
    'cache-memcached-1 not ready; kubectl describe pod cache-memcached-1 says why',
  ])
  t.strictSame(said(findingsWith({ pods: [podWith({ ordinal: 0 }), ...routerPods(2)] })), [
    'cache-memcached-1 not ready; kubectl describe statefulset cache-memcached says why cache-memcached-1 does not exist',
  ])
  const router = podWith({ name: 'r-1', component: 'mcrouter', ready: false, turnedAt: NOW })
  t.strictSame(said(findingsWith({ pods: [...serverPods(2), ...routerPods(1), router] })), [
    '1 of 2 routers not ready: r-1; kubectl describe pod r-1 says why',
  ])
  t.strictSame(said(findingsWith({ pods: [...serverPods(2), ...routerPods(1)] })), [
    '1 of 2 routers not ready: they have no pod yet',
  ])
  t.end()
})

t.test('of a pod that does not answer, what happens by itself and what does not', (t) => {
  const silent = { ...UNKNOWN, state: 'silent' as const }
  const pulses = new Map([
    ['r-0', silent],
    ['cache-memcached-0', silent],
  ])
  const [router, server] = unresponsive(findingsWith({ pulses }))
  t.match(router, { reason: 'RouterNotAnswering', message: /^r-0 .*; it is evicted if that lasts/ })
  t.match(server, {
    reason: 'ServerNotAnswering',
    message: /look at its node\. It is not restarted .* delete the pod/,
  })
  t.end()
})
