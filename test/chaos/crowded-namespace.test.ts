import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { fetch } from 'undici'
import { buildApplication } from '../../bench/support/application.ts'
import { withPodHeap } from '../../bench/support/pod-heap.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { API_VERSION } from '../../schemas/v1alpha3/spec.ts'
import { KIND } from '../../schemas/well-known.ts'
import { freePort, LOOPBACK } from '../../testing/control-plane/port.ts'
import { eventually } from '../../testing/deadline.ts'
import { launchReconciler } from '../../testing/operator/launch.ts'
import { Children } from '../../testing/process/children.ts'
import { memoryOf } from '../../testing/process/usage.ts'
import { at } from '../support/at.ts'
import { mcrouter, startCluster } from '../support/cluster.ts'
import { inTurns } from '../support/in-turns.ts'

// What someone with the rights of `edit` in one namespace can put there, and what it costs the reconciler as it is in its pod.

/** What the chart allows it; test/bench/support/pod-heap.test.ts holds that. */
const LIMIT_MIB = 384
const CONFIG_MAPS = 260
/** Mcrouters with annotations as large as the API allows: some that are served, and more that only are there. */
const SERVED = 20
/** A thousand in all with `npm run crowded`. */
const KEPT = Number(process.env.CROWDED_MCROUTERS ?? 100) - SERVED
/** A quarter of a GB goes through etcd and the API server to two processes, on what cores there are. */
const KNOWN_WITHIN_MS = 120_000 + 600 * KEPT
const IN_TENANT = '/api/v1/namespaces/tenant/configmaps'
const KIB = 1024

t.setTimeout(1_800_000)

const built = new Children('mcrouter-crowded')
t.teardown(() => built.end())
const application = withPodHeap(await buildApplication(join(built.directory, 'app')))
const { controlPlane, operator, apply, read } = await startCluster(t, {
  program: application.command,
  reconcilerFlags: ['--log-level=info'],
})
const { client, children } = controlPlane
const standbyPort = await freePort()
const standby = launchReconciler(children, {
  port: standbyPort,
  namespace: operator.namespace,
  name: 'mcrouter-operator',
  kubeconfig: await controlPlane.serviceAccountKubeconfig(operator.namespace, 'mcrouter-operator-reconciler'),
  // As startOperator has them: it may come to lead.
  flags: ['--log-level=info', '--confirm-routers=off', '--confirm-timeout=0', '--shrink-grace=0'],
  program: application.command,
})
t.teardown(() => standby.stop('SIGKILL'))

const both = [
  ['the leader', operator.reconcilerUrl],
  ['the standby', `http://${LOOPBACK}:${standbyPort}`],
] as const

const noise = (bytes: number) => randomBytes(bytes / 2).toString('hex')

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)

/** As kubectl does, it tries again where the API server or a webhook behind it has too much to do. */
async function applyTo(path: string, body: JsonObject): Promise<void> {
  const options = { body, contentType: 'application/apply-patch+yaml' }
  await eventually(`${path} is stored`, async () => {
    const { status, text } = await client.request('PATCH', path, options)
    if (status >= 300) throw new Error(`${status} ${text.slice(0, 200)}`)
    return true
  })
}

/** A ConfigMap of a MB that looks like one of ours, as the field manager that we are; of the Mcrouter when its uid is given. */
async function lookAlike(index: number, uid: string | undefined): Promise<void> {
  const controller = { apiVersion: API_VERSION, kind: KIND, name: 'cache-0', uid, controller: true }
  const labels = {
    'app.kubernetes.io/managed-by': 'mcrouter-operator',
    'app.kubernetes.io/instance': 'cache-0',
  }
  await applyTo(`${IN_TENANT}/c-${index}?fieldManager=mcrouter-operator&force=true`, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `c-${index}`, labels, ...(uid !== undefined && { ownerReferences: [controller] }) },
    data: { noise: noise(1_000_000) },
  })
}

/** One that its finalizer keeps while it is being deleted, so that nothing runs of it. */
async function keep(index: number): Promise<void> {
  const name = `kept-${index}`
  const at = new Date().toISOString().replace(/\.\d+/, '')
  await controlPlane.store(`mcrouter.example.com/mcrouters/tenant/${name}`, {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: {
      name,
      namespace: 'tenant',
      uid: randomUUID(),
      generation: 1,
      creationTimestamp: at,
      deletionTimestamp: at,
      deletionGracePeriodSeconds: 0,
      finalizers: ['example.com/keep'],
      annotations: { note: noise(250 * KIB) },
    },
    spec: {},
  })
}

async function mcroutersKnownTo(url: string): Promise<boolean> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  const [, count] = /^mcrouter_operator_cache_objects\{resource="mcrouters"\} (\d+)$/m.exec(metrics) ?? []
  if (Number(count) <= SERVED + KEPT) throw new Error(`${count} are known`)
  return true
}

async function allAreKnown(): Promise<void> {
  for (const [who, url] of both)
    await eventually(`${who} knows all`, () => mcroutersKnownTo(url), { withinMs: KNOWN_WITHIN_MS })
}

async function convergesBeside(name: string): Promise<void> {
  const { code, stderr } = await apply(mcrouter(name))
  t.equal(code, 0, stderr)
  await eventually(
    `${name} is Available`,
    async () =>
      (await read(`mcrouter ${name}`, '{.status.conditions[?(@.type=="Available")].status}')) === 'True',
    { withinMs: 180_000 },
  )
}

async function holds(t: Test, what: string): Promise<void> {
  for (const [who, pid] of [
    ['the leader', operator.reconciler.pid],
    ['the standby', standby.pid],
  ] as const) {
    const { now, peak } = memoryOf(pid ?? 0)
    t.ok(peak < LIMIT_MIB, `${what}: ${who} has ${now.toFixed(0)} MiB, ${peak.toFixed(0)} MiB at its highest`)
  }
  for (const [who, url] of both) t.equal((await fetch(`${url}/healthz`)).status, 200, who)
}

t.test('a namespace full of large objects with our labels costs neither process its life', async (t) => {
  await standby.start()
  await convergesBeside('before')
  const pids = [operator.reconciler.pid, standby.pid]
  await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'tenant' } })
  await inTurns(numbers(SERVED), async (index) => {
    await applyTo(`/apis/${API_VERSION}/namespaces/tenant/mcrouters/cache-${index}?fieldManager=tenant`, {
      apiVersion: API_VERSION,
      kind: KIND,
      metadata: { name: `cache-${index}`, annotations: { note: noise(250 * KIB) } },
      spec: {},
    })
  })
  await inTurns(numbers(KEPT), keep)
  await allAreKnown()
  const { body } = await client.request('GET', `/apis/${API_VERSION}/namespaces/tenant/mcrouters/cache-0`)
  const uid = String(at(body, 'metadata', 'uid'))
  await inTurns(numbers(CONFIG_MAPS), (index) => lookAlike(index, index % 2 === 0 ? uid : undefined))
  await convergesBeside('beside')
  await holds(t, 'watched')
  t.same([operator.reconciler.pid, standby.pid], pids, 'neither has ended')
  t.ok(operator.reconciler.running && standby.running)
  await Promise.all([operator.reconciler.stop('SIGKILL'), standby.stop('SIGKILL')])
  for (const process of [operator.reconciler, standby]) process.launch()
  await allAreKnown()
  await convergesBeside('after')
  await holds(t, 'listed')
})
