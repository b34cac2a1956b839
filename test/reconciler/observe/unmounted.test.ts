import t from 'tap'
import type { KubeObject } from '../../../reconciler/kube/api.ts'
import { ObjectState } from '../../../reconciler/object-state.ts'
import { unmounted } from '../../../reconciler/observe/unmounted.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { TestClock } from '../../support/clock.ts'
import { routerPods } from '../pod.ts'
import { MCROUTER, passWith } from '../reconcile-context.ts'

// The words of kubelet: pkg/volume/secret/secret.go, pkg/kubelet/volumemanager/volume_manager.go.
const MISSING = 'MountVolume.SetUp failed for volume "tls-clients" : secret "cache-tls" not found'
const CONFIG = 'MountVolume.SetUp failed for volume "config" : configmap "cache-config" not found'

const clientTls = { secretName: 'cache-tls', port: 5001, requireClientCertificate: false, plain: true }
const SECURE = mcrouterWith({ routers: { release: 'current', clientTls } })
const STARTING = routerPods(5, { ready: false, running: false })

function event(note: string, deprecatedLastTimestamp: string): KubeObject {
  const metadata = { name: note, uid: note, resourceVersion: '1' }
  return { apiVersion: 'events.k8s.io/v1', kind: 'Event', metadata, note, deprecatedLastTimestamp }
}

/** Looked at, and again after 2 s. */
async function look({ mcrouter = SECURE, pods = STARTING, notes = [MISSING] } = {}) {
  const [clock, state] = [new TestClock(), new ObjectState()]
  const asked: string[] = []
  const list = async (_: unknown, options?: { readonly fieldSelector?: string }) => {
    asked.push(options?.fieldSelector ?? '')
    return notes.map((note, index) => event(note, `2026-01-0${index + 1}T00:00:00Z`))
  }
  const context = passWith({ list }, [], MCROUTER, { clock, state })
  await unmounted(context, mcrouter, pods)
  await clock.advance(2_000)
  return { ...(await unmounted(context, mcrouter, pods)), asked }
}

t.test('kubelet says which Secret a pod waits for', async (t) => {
  const { problems, asked, requeueAfterMs } = await look()
  t.same(problems, [{ reason: 'CertificateMissing', message: `Pod r-0 does not start: ${MISSING}` }])
  t.equal(asked.length, 3, 'of pods that are alike not all are asked about')
  t.match(asked[0], /^regarding\.uid=.+,reason=FailedMount$/)
  t.equal(requeueAfterMs, 15_000)
})

t.test('its last word about a certificate counts, and no other', async (t) => {
  const key = 'MountVolume.SetUp failed for volume "tls-clients" : references non-existent secret key: ca.crt'
  t.match(await look({ notes: [MISSING, key, CONFIG] }), { problems: [{ message: /ca\.crt$/ }] })
  t.same((await look({ notes: [CONFIG] })).problems, [])
})

t.test('a kubelet that has not looked yet misses nothing', async (t) => {
  const early =
    'MountVolume.SetUp failed for volume "tls-clients" : failed to sync secret cache: timed out waiting for the condition'
  t.same((await look({ notes: [early] })).problems, [])
  t.match(await look({ notes: [MISSING, early] }), { problems: [{ message: /not found$/ }] })
})

t.test('nothing is asked without TLS, nor of pods that run or are known to be in trouble', async (t) => {
  const never = { problems: [], requeueAfterMs: Number.POSITIVE_INFINITY, asked: [] }
  t.same(await look({ mcrouter: mcrouterWith() }), never)
  t.same(await look({ pods: routerPods(2) }), never)
  const trouble = { reason: 'ImagePullFailed' as const, message: 'no such image' }
  t.same(await look({ pods: routerPods(2, { ready: false, running: false, trouble }) }), never)
})
