import t from 'tap'
import type { JsonObject } from '../../schemas/json.ts'
import type { AuditEvent } from '../../testing/control-plane/audit.ts'
import { freePort } from '../../testing/control-plane/port.ts'
import { eventually } from '../../testing/deadline.ts'
import { launchReconciler } from '../../testing/operator/launch.ts'
import type { HostProcess } from '../../testing/operator/process.ts'
import { withoutCircumstances } from '../support/circumstances.ts'
import { type Cluster, mcrouter, startCluster } from '../support/cluster.ts'
import { V1ALPHA3_MCROUTERS } from '../support/mcrouters.ts'

const KINDS = 'statefulsets,deployments,services,configmaps,poddisruptionbudgets'
const SPEC = { pool_setup: 'replicated', memcached_pool_size: 3 }

t.test('a process that is killed leaves nothing wrong', async (t) => {
  const cluster = await startCluster(t)
  const { operator, apply, read } = cluster

  t.test('the reconciler, after a number of writes', async (t) => {
    await apply(mcrouter('undisturbed', SPEC))
    await available(cluster, 'undisturbed')
    const expected = await objectsOf(cluster, 'undisturbed')
    t.ok(expected.length >= 7, `${expected.length} objects`)

    // The second kill meets a process that has only just taken over.
    for (const [name, writes] of [
      ['killed-first', 1],
      ['killed-fifth', 5],
    ] as const) {
      await apply(mcrouter(name, SPEC))
      const written = async () => (await writesTo(cluster, name)).length >= writes
      await eventually(`write ${writes}`, written, { everyMs: 2 })
      await operator.reconciler.stop('SIGKILL')
      await operator.reconciler.start()
      await available(cluster, name)
      t.same(
        await objectsOf(cluster, name),
        expected,
        `killed after write ${writes}, it ends where it would have`,
      )
      // Those from 499 on are the requests that were under way when the process was killed.
      const refused = (await writesTo(cluster, name)).filter(({ code }) => code >= 400 && code < 499)
      t.same(
        refused.filter(({ code }) => code !== 409),
        [],
        'no write was refused',
      )
    }
  })

  t.test('the server, under load: what failed succeeds when repeated', async (t) => {
    const crs = Array.from({ length: 12 }, (_, index) => mcrouter(`cr-${index}`, { pool_setup: 'sharded' }))
    const applies = crs.map((cr) => apply(cr))
    await Promise.race(applies)
    await operator.server.stop('SIGKILL')
    for (const { code, stderr } of await Promise.all(applies)) {
      if (code !== 0) t.match(stderr, /failed calling webhook|conversion webhook for .* failed/)
    }

    await operator.server.start()
    const repeated = await apply({ apiVersion: 'v1', kind: 'List', items: crs })
    t.equal(repeated.code, 0, repeated.stderr)
    const stored = await read(
      V1ALPHA3_MCROUTERS,
      '{range .items[*]}{.metadata.name}={.spec.mcrouter_image} {end}',
    )
    const incomplete = crs.filter((_, index) => !stored.includes(`cr-${index}=devan2502/mcrouter`))
    t.same(incomplete, [], 'each is there with its defaults')
  })

  t.test('while no server converts, a reconciler starts, takes the lead over and repairs', async (t) => {
    await operator.server.stop()
    const next = await anotherReconciler(cluster)
    t.teardown(() => next.stop('SIGKILL'))
    const before = await leaderOf(cluster)
    t.not(before, '')
    await operator.reconciler.stop()
    await eventually('it leads', async () => !['', before].includes(await leaderOf(cluster)))
    t.notOk(operator.reconciler.running)
    const replicas = () => cluster.read('statefulset/undisturbed-memcached', '{.spec.replicas}')
    t.equal(await replicas(), '3')
    const change = [
      'patch',
      'statefulset',
      'undisturbed-memcached',
      '--type=merge',
      '-p',
      '{"spec":{"replicas":1}}',
    ]
    const { code, stderr } = await cluster.kubectl(change)
    t.equal(code, 0, stderr)
    await eventually('it is repaired', async () => (await replicas()) === '3')
    await operator.server.start()
  })
})

/** As another replica of the Deployment is. */
async function anotherReconciler({ controlPlane, operator: { namespace } }: Cluster): Promise<HostProcess> {
  const { children } = controlPlane
  const name = 'mcrouter-operator'
  const kubeconfig = await controlPlane.serviceAccountKubeconfig(
    namespace,
    `${name}-reconciler`,
    `${name}-second`,
  )
  const flags = ['--confirm-routers=off', '--confirm-timeout=0', '--shrink-grace=0']
  const process = launchReconciler(children, { port: await freePort(), namespace, name, kubeconfig, flags })
  // Not before the webhooks of admission answer is it ready, of which nothing here depends.
  process.launch()
  return process
}

function leaderOf({ kubectl, operator: { namespace } }: Cluster): Promise<string> {
  const lease = ['-n', namespace, 'get', 'lease', '-o', 'jsonpath={.items[*].spec.holderIdentity}']
  return kubectl(lease).then(({ stdout }) => stdout)
}

/** What the reconciler sent about a Mcrouter and what it owns. */
async function writesTo({ controlPlane }: Cluster, name: string): Promise<readonly AuditEvent[]> {
  const writes = new Set(['create', 'update', 'patch', 'delete'])
  return (await controlPlane.audit()).filter(
    ({ user, verb, object }) =>
      user.endsWith('-reconciler') &&
      writes.has(verb) &&
      (object.name === name || object.name.startsWith(`${name}-`)),
  )
}

async function available({ kubectl }: Cluster, name: string): Promise<void> {
  // A leader that was killed cannot give back its lease: the next one waits for it to run out.
  const { code, stderr } = await kubectl([
    'wait',
    `mcrouter/${name}`,
    '--for=condition=Available',
    '--timeout=60s',
  ])
  if (code !== 0) throw new Error(stderr)
}

/** All that a Mcrouter owns and its spec, without what differs between two runs of the same. */
async function objectsOf({ kubectl }: Cluster, name: string): Promise<JsonObject[]> {
  const children = await kubectl(['get', KINDS, '-l', `app.kubernetes.io/instance=${name}`, '-o', 'json'])
  const { items } = JSON.parse(children.stdout.replaceAll(name, 'NAME'))
  return items.map((object: JsonObject) => withoutCircumstances(object))
}
