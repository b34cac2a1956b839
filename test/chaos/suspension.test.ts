import t, { type Test } from 'tap'
import type { AuditEvent } from '../../testing/control-plane/audit.ts'
import { freePort } from '../../testing/control-plane/port.ts'
import { eventually } from '../../testing/deadline.ts'
import { launchReconciler } from '../../testing/operator/launch.ts'
import type { HostProcess } from '../../testing/operator/process.ts'
import { type Cluster, mcrouter, startCluster } from '../support/cluster.ts'

const [ONE, TWO, THREE] = ['memcached:1.6.1', 'memcached:1.6.2', 'memcached:1.6.3']
const WRITES = new Set(['create', 'update', 'patch', 'delete'])

t.test(
  'a leader that is suspended past its lease in the middle of its work changes nothing any more',
  async (t) => {
    const cluster = await startCluster(t)
    const { operator, kubectl, read } = cluster
    const first = operator.reconciler
    await startSecond(t, cluster)
    const want = (image: string) => cluster.apply(mcrouter('cache', { memcached_image: image }))
    const running = () => read('statefulset cache-memcached', '{.spec.template.spec.containers[0].image}')
    const holder = () => read(`lease mcrouter-operator -n ${operator.namespace}`, '{.spec.holderIdentity}')

    t.match(await want(ONE), { code: 0 })
    const available = ['wait', 'mcrouter/cache', '--for=condition=Available', '--timeout=60s']
    t.match(await kubectl(available), { code: 0 })
    const identity = await holder()
    const { length } = await writesOfFirst(cluster)
    t.match(await want(TWO), { code: 0 })
    await eventually('it has begun', async () => (await writesOfFirst(cluster)).length > length, {
      everyMs: 2,
    })
    process.kill(first.pid ?? 0, 'SIGSTOP')
    t.match(await want(THREE), { code: 0 })

    await eventually('the other leads', async () => (await holder()) !== identity)
    const follower = await holder()
    await eventually('and finishes the work', async () => (await running()) === THREE)
    t.same(await first.stop('SIGCONT'), { code: 1 }, 'it wakes up, sees that it has lost the lead, and ends')
    t.match(await first.log(), /"end":"lost"/)
    t.same(
      await afterTakeover(cluster),
      [],
      'none of its writes is carried out after the lease went to the other',
    )
    t.equal(await running(), THREE)

    await first.start()
    t.notMatch(await first.log(), '"leading"', 'started again, it waits for its turn')
    t.equal(await holder(), follower)
  },
)

/** Another reconciler of the same installation, as somebody else, to be told apart in the audit log. */
async function startSecond(t: Test, { controlPlane, operator }: Cluster): Promise<HostProcess> {
  const { kubeconfig, children } = controlPlane
  const second = launchReconciler(children, {
    port: await freePort(),
    namespace: operator.namespace,
    name: 'mcrouter-operator',
    kubeconfig,
    flags: ['--confirm-routers=off', '--confirm-timeout=0', '--shrink-grace=0'],
  })
  t.teardown(() => second.stop('SIGKILL'))
  await second.start()
  return second
}

const isByFirst = ({ user }: AuditEvent) => user.endsWith(':mcrouter-operator-reconciler')
const isOfLease = ({ object }: AuditEvent) =>
  object.resource === 'leases' && object.name === 'mcrouter-operator'
/** What is told in events may be late. */
const isDone = ({ verb, object, code }: AuditEvent) =>
  WRITES.has(verb) && object.resource !== 'events' && code >= 200 && code < 300

async function writesOfFirst({ controlPlane }: Cluster): Promise<AuditEvent[]> {
  return (await controlPlane.audit()).filter(
    (event) => isByFirst(event) && isDone(event) && !isOfLease(event),
  )
}

/** What the first has changed after the second took the lease. */
async function afterTakeover({ controlPlane }: Cluster): Promise<string[]> {
  const done = (await controlPlane.audit()).filter(isDone)
  const takeover = done.findIndex((event) => isOfLease(event) && !isByFirst(event))
  if (takeover < 0) throw new Error('the audit log has no takeover')
  return done
    .slice(takeover)
    .filter(isByFirst)
    .map(({ verb, requestURI }) => `${verb} ${requestURI}`)
}
