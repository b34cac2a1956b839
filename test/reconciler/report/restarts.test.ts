import t from 'tap'
import { isPod, transformPod } from '../../../reconciler/observe/pod.ts'
import { calmAfter, restarting, ToldRestarts } from '../../../reconciler/report/restarts.ts'
import { reasonIn, statusOf } from '../../../reconciler/report/status.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { podWith, routerPods, serverPods } from '../pod.ts'
import { findingsWith } from '../reconcile-report.ts'

const NOW = Date.UTC(2026, 0, 31, 12)
const SHARDED = mcrouterWith({ topology: 'sharded' }).pools
const MINUTE = 60_000
const restart = { count: 1, at: NOW - MINUTE / 2, reason: 'OOMKilled', exitCode: 137 }

t.test('the end of a container is read from a pod that is Ready again', async (t) => {
  const ran = { startedAt: '2026-01-31T11:00:00Z', finishedAt: '2026-01-31T11:59:30Z' }
  const terminated = { reason: 'OOMKilled', exitCode: 137, ...ran }
  const unstarted = { reason: 'StartError', exitCode: 128, ...ran, startedAt: '1970-01-01T00:00:00Z' }
  const labels = { 'app.kubernetes.io/component': 'memcached', 'app.kubernetes.io/instance': 'cache' }
  const pod = (status: object) =>
    [
      transformPod({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'cache-memcached-0', namespace: 'shop', uid: 'u', resourceVersion: '1', labels },
        status: {
          containerStatuses: [
            { name: 'sidecar', ready: true, restartCount: 9, lastState: { terminated } },
            {
              name: 'memcached',
              ready: true,
              state: { running: { startedAt: '2026-01-31T11:59:31Z' } },
              ...status,
            },
          ],
        },
      }),
    ].find(isPod)
  t.match(pod({ restartCount: 1, lastState: { terminated } }), { trouble: undefined, restart })
  const never = pod({ restartCount: 1, lastState: { terminated: unstarted } })
  t.match(never, { restart: undefined }, 'it never ran')
  t.match(
    pod({ restartCount: 0, lastState: {} }),
    { restart: undefined },
    'of the container of the tier alone',
  )
})

t.test('each restart is told once, with how it ended and what was lost', async (t) => {
  const told = new ToldRestarts()
  const notes = (pods: Parameters<ToldRestarts['eventsOf']>[0]) =>
    told.eventsOf(pods, SHARDED, NOW).map(({ reason, note }) => `${reason}: ${note}`)
  t.strictSame(notes(serverPods(1)), [])
  t.strictSame(notes(serverPods(1, { restart })), [
    'ServerRestarted: Container memcached of pod cache-memcached-0 has ended (OOMKilled, exit code 137) and was started again; it came back empty: all keys that it held are lost',
  ])
  t.strictSame(notes(serverPods(1, { restart })), [])
  t.equal(notes(serverPods(1, { restart: { ...restart, count: 2 } })).length, 1)
  t.match(notes(routerPods(1, { uid: 'r', restart })), [
    /^RouterRestarted: .*; the connections of its clients/,
  ])
  const trouble = { reason: 'CrashLooping' as const, message: 'x' }
  t.strictSame(notes(serverPods(1, { trouble, restart: { ...restart, count: 3 } })), [], 'Degraded says so')
  const replicated = new ToldRestarts().eventsOf(serverPods(1, { restart }), mcrouterWith().pools, NOW)
  t.match(replicated, [{ note: /the other servers have theirs$/ }])
})

t.test('a process that begins tells what has just happened, and nothing old', async (t) => {
  const events = (at: number) =>
    new ToldRestarts().eventsOf(serverPods(1, { restart: { ...restart, at } }), SHARDED, NOW).length
  t.equal(events(NOW - MINUTE), 1)
  t.equal(events(NOW - MINUTE - 1), 0)
})

t.test('a container that restarts again and again is Degraded for half an hour', async (t) => {
  const again = { ...restart, count: 2 }
  const faults = (overrides: object) => restarting([podWith({ restart: again, ...overrides })], NOW)
  t.match(faults({}), [
    {
      reason: 'OutOfMemory',
      message:
        'Pod cache-memcached-0: container memcached has restarted 2 times, last at 2026-01-31T11:59:30Z (OOMKilled, exit code 137)',
    },
  ])
  t.match(faults({ restart: { ...again, reason: 'Error' } }), [{ reason: 'Restarting' }])
  t.strictSame(faults({ restart }), [], 'once is told by an event')
  t.strictSame(faults({ restart: { ...again, at: NOW - 30 * MINUTE } }), [])
  t.strictSame(faults({ trouble: { reason: 'CrashLooping', message: 'x' } }), [], 'it says so itself')
  t.strictSame(faults({ deleting: true }), [])
  const pods = [...serverPods(2, { restart: again }), ...routerPods(2)]
  t.equal(reasonIn(statusOf(findingsWith({ pods }), {}, NOW), 'Degraded'), 'OutOfMemory')
})

t.test('it is looked at again when the half hour is over', async (t) => {
  const pods = [podWith({ restart: { ...restart, count: 2 } }), podWith({ restart }), podWith()]
  t.equal(calmAfter(pods, NOW), 29.5 * MINUTE)
  t.equal(calmAfter(pods, NOW + 30 * MINUTE), Number.POSITIVE_INFINITY)
})
