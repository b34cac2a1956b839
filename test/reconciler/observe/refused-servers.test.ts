import t from 'tap'
import type { KubeObject } from '../../../reconciler/kube/api.ts'
import { ApiError } from '../../../reconciler/kube/connection/errors.ts'
import { ObjectState } from '../../../reconciler/object-state.ts'
import { refusedServers } from '../../../reconciler/observe/refused-servers.ts'
import { TestClock } from '../../support/clock.ts'
import { serverPods } from '../pod.ts'
import { MCROUTER, passWith } from '../reconcile-context.ts'
import { statefulSetWith } from '../reconcile-report.ts'

const lacking = statefulSetWith(3, { replicas: 1 })

function event(note: string, deprecatedLastTimestamp: string): KubeObject {
  const metadata = { name: note, uid: note, resourceVersion: '1' }
  return { apiVersion: 'events.k8s.io/v1', kind: 'Event', metadata, note, deprecatedLastTimestamp }
}

/** Looks at each of these times (monotonic milliseconds); what was found at the last, and how often events were read. */
async function look(times: readonly number[], { children = [lacking], pods = serverPods(1) } = {}) {
  const [clock, state] = [new TestClock(), new ObjectState()]
  let reads = 0
  const list = async (_resource: unknown, options?: { readonly fieldSelector?: string }) => {
    reads += 1
    t.equal(options?.fieldSelector, 'regarding.uid=u-StatefulSet,reason=FailedCreate')
    return [event('of now', '2026-01-02T00:00:00Z'), event('of before', '2026-01-01T00:00:00Z')]
  }
  const context = passWith({ list }, [], MCROUTER, { clock, state })
  let found = await refusedServers(context, children, pods)
  for (const time of times) {
    await clock.advance(time - clock.monotonic())
    found = await refusedServers(context, children, pods)
  }
  return { ...found, reads }
}

t.test('a StatefulSet that lacks no pod, or has only just been changed, is not asked about', async (t) => {
  const never = { problems: [], requeueAfterMs: Number.POSITIVE_INFINITY, reads: 0 }
  t.strictSame(await look([60_000], { children: [statefulSetWith(3)] }), never)
  t.strictSame(await look([60_000], { pods: serverPods(3) }), never, 'its status is behind its pods')
  const unseen = statefulSetWith(3, { replicas: 1, observedGeneration: 0 })
  t.strictSame(await look([60_000], { children: [unseen] }), never)
})

t.test('after two seconds its controller’s last words are read, and then kept for a while', async (t) => {
  t.match(await look([1_999]), { problems: [], requeueAfterMs: 1, reads: 0 })
  const problems = [{ reason: 'PodsRefused', message: 'StatefulSet cache-memcached: of now' }]
  t.match(await look([2_000]), { problems, reads: 1 })
  t.match(await look([2_000, 2_100, 16_900]), { problems, reads: 1 }, 'however many passes are made')
  t.match(await look([2_000, 17_000]), { problems, reads: 2 })
})

t.test('the longer it lasts, the more rarely', async (t) => {
  const hour = Array.from({ length: 3_600 }, (_, second) => second * 1_000)
  const { reads } = await look(hour)
  t.ok(reads > 10 && reads < 30, `${reads} reads in an hour`)
})

t.test('a status without this reason is better than none', async (t) => {
  const clock = new TestClock()
  const told: Error[] = []
  const list = () => Promise.reject(new ApiError('forbidden', { status: 403, reason: 'Forbidden' }))
  const onTrouble = (error: Error) => void told.push(error)
  const context = passWith({ list }, [], MCROUTER, { clock, onTrouble })
  await refusedServers(context, [lacking], [])
  await clock.advance(2_000)
  t.match(await refusedServers(context, [lacking], []), { problems: [] })
  t.match(told, [{ message: 'forbidden' }])
})
