import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { KINDS } from '../../render/kinds.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { startControlPlane } from '../../testing/control-plane/index.ts'
import { LOOPBACK } from '../../testing/control-plane/port.ts'
import { eventually } from '../../testing/deadline.ts'
import { startKubelet } from '../../testing/kubelet/index.ts'
import { object, objects } from '../../testing/kubelet/pod-status.ts'
import { startOperator, succeeded } from '../../testing/operator/index.ts'
import {
  predecessorsDeployment,
  predecessorsService,
  predecessorsStatefulSet,
} from '../reconciler/adoption/predecessor.ts'
import { at } from '../support/at.ts'
import { mcrouter } from '../support/cluster.ts'
import { V1ALPHA3_MCROUTERS } from '../support/mcrouters.ts'
import { covers, grantsOf, titleOf } from '../support/rights/grant.ts'
import { usesOf } from '../support/rights/use.ts'

// One installation lives through everything that a reconciler does; then its calls, as the API server has noted them, are
// held against what the chart grants it, and what it said against what it must not tell.

const NAMESPACE = 'mcrouter-system'
const ACCOUNT = 'mcrouter-operator-reconciler'
const DEFINITION = 'customresourcedefinition/mcrouters.mcrouter.example.com'

const controlPlane = await startControlPlane({
  // As on OpenShift: who blocks an owner's deletion needs a right to its finalizers.
  apiServerFlags: ['--enable-admission-plugins=NodeRestriction,OwnerReferencesPermissionEnforcement'],
})
t.teardown(() => controlPlane.stop())
const kubelet = await startKubelet(controlPlane.client)
t.teardown(() => kubelet.stop())
const operator = await startOperator(controlPlane, {
  values: ['rbac.ownerReferencesPermissionEnforcement=true'],
  reconcilerFlags: [`--serving-host=${LOOPBACK}`],
})
t.teardown(() => operator.stop())

/** What the processes of the reconciler wrote, at the level debug. */
const logs: string[] = []

async function stopReconciler(): Promise<void> {
  await operator.reconciler.stop()
  logs.push(await operator.reconciler.log())
}

async function kubectl(...args: string[]): Promise<string> {
  return succeeded(await controlPlane.kubectl(args), `kubectl ${args.join(' ')}`)
}

async function apply(...items: JsonObject[]): Promise<void> {
  await applyAs(items)
}

async function applyAs(items: readonly JsonObject[], ...args: string[]): Promise<void> {
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
  succeeded(await controlPlane.kubectl(['apply', '-f', '-', ...args], { input }), 'kubectl apply')
}

async function read(what: string, jsonpath: string): Promise<string> {
  return kubectl('get', ...what.split(' '), '-o', `jsonpath=${jsonpath}`)
}

async function condition(name: string, type: string, reason: string): Promise<void> {
  const path = `{.status.conditions[?(@.type=="${type}")].reason}`
  await eventually(
    `${name}: ${type} ${reason}`,
    async () => (await read(`mcrouter/${name}`, path)) === reason,
  )
}

/** Not everybody may connect. */
const WALLED = { annotations: { 'mcrouter.example.com/access': '[{"podSelector":{}}]' } }

const settled = (name: string) => condition(name, 'Progressing', 'Complete')

/** Everything that has been said about it so far. */
const eventsOf = (name: string) => kubectl('events', `--for=mcrouter/${name}`)

t.test('the CA is registered where Mcrouters are converted', async () => {
  const definition = 'crd/mcrouters.mcrouter.example.com'
  const webhook = { conversionReviewVersions: ['v1'], clientConfig: { url: `${operator.url}/convert` } }
  const patch = JSON.stringify({ spec: { conversion: { strategy: 'Webhook', webhook } } })
  await kubectl('patch', definition, '--type=merge', `--patch=${patch}`)
  const path = '{.spec.conversion.webhook.clientConfig.caBundle}'
  await eventually('it is there', () => read(definition, path).then(Boolean))
})

/** In the version that says of routers what they are. */
const withRouters = (name: string, router: JsonObject, more: JsonObject = {}): JsonObject => ({
  ...mcrouter(name, { router, ...more }),
  apiVersion: 'mcrouter.example.com/v1beta1',
})
const AUTOSCALED = { autoscaling: { min: 2, max: 4, cpu: 70 } }

t.test('created, scaled in both directions, and deleted', async () => {
  await apply(mcrouter('cache', { memcached_pool_size: 2 }, WALLED))
  await settled('cache')
  for (const replicas of [3, 2]) {
    await kubectl('scale', `${V1ALPHA3_MCROUTERS}/cache`, `--replicas=${replicas}`)
    const path = '{.spec.replicas}'
    await eventually(
      'scaled',
      async () => (await read('statefulset/cache-memcached', path)) === `${replicas}`,
    )
    await settled('cache')
  }
  await kubectl('delete', 'mcrouter/cache')
})

t.test('some may be stored in an older version', async () => {
  const status = JSON.stringify({ status: { storedVersions: ['v1alpha3', 'v1beta1'] } })
  await kubectl('patch', DEFINITION, '--subresource=status', '--type=merge', '-p', status)
  await stopReconciler()
  await operator.reconciler.start()
})

t.test('what somebody deletes again and again is made again', async (t) => {
  await apply(mcrouter('drifting'))
  await settled('drifting')
  for (let time = 0; time < 2; time++) {
    await kubectl('delete', 'configmap/drifting-config')
    await eventually('it is back', () => read('configmap/drifting-config', '{.metadata.uid}').then(Boolean))
  }
  await eventually('the event has a count', async () =>
    /\(x2 over .*DriftCorrected/.test(await eventsOf('drifting')),
  )
  t.match(await eventsOf('drifting'), /ConfigMap drifting-config was deleted; recreated/)
})

t.test('what is no longer part of a Mcrouter is pruned', async () => {
  await apply(withRouters('pruned', AUTOSCALED, { access: { from: [{ podSelector: {} }] } }))
  await settled('pruned')
  const kinds = [...KINDS.values()].map(({ kind }) => kind.toLowerCase())
  const ours = await kubectl('get', kinds.join(), '-l', 'app.kubernetes.io/instance=pruned', '-o', 'json')
  // As an earlier version of the operator would have made them: what others copied is not pruned.
  const leftovers = objects(JSON.parse(ours).items).map(leftover)
  await applyAs(leftovers, '--server-side', '--field-manager=mcrouter-operator')
  await eventually(
    'they are gone',
    async () => !(await kubectl('get', kinds.join(), '-o', 'name')).includes('-before'),
  )
  await settled('pruned')
})

t.test('routers are placed on each node, and elsewhere again', async () => {
  await apply(withRouters('placed', { placement: 'Node' }))
  await settled('placed')
  await apply(withRouters('placed', {}))
  await eventually('they are gone', async () => (await read('daemonsets', '{.items}')) === '[]')
})

t.test('what belongs to somebody else is looked at and left', async () => {
  const metadata = { name: 'taken-config' }
  const selector = { matchLabels: { app: 'web' } }
  await apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata })
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
  const pod = { containers: [{ name: 'web', image: 'x' }] }
  const template = { metadata: { labels: selector.matchLabels }, spec: pod }
  for (const [apiVersion, kind, name, spec] of [
    ['policy/v1', 'PodDisruptionBudget', 'taken', { maxUnavailable: 1, selector }],
    ['networking.k8s.io/v1', 'NetworkPolicy', 'guarded', { podSelector: selector }],
    ['autoscaling/v2', 'HorizontalPodAutoscaler', 'scaled', { scaleTargetRef, maxReplicas: 2 }],
    ['apps/v1', 'DaemonSet', 'foreign', { selector, template }],
  ] as const)
    await apply({ apiVersion, kind, metadata: { name }, spec })
  const others = [withRouters('scaled', AUTOSCALED), withRouters('foreign', { placement: 'Node' })]
  await apply(mcrouter('taken'), mcrouter('guarded', {}, WALLED), ...others)
  for (const name of ['taken', 'guarded', 'scaled', 'foreign'])
    await condition(name, 'Degraded', 'NameConflict')
})

t.test('all is stored anew, a minute after the leader began, and said to be', () =>
  eventually(
    'one version is stored',
    async () => (await read(DEFINITION, '{.status.storedVersions}')) === '["v1beta1"]',
  ),
)

t.test('an installation of the Ansible operator is adopted', async () => {
  await stopReconciler()
  await apply(mcrouter('old', { memcached_pool_size: 2, pool_setup: 'sharded' }))
  const uid = await read('mcrouter/old', '{.metadata.uid}')
  const owner = { apiVersion: 'mcrouter.example.com/v1alpha3', kind: 'Mcrouter', name: 'old', uid }
  const predecessors = [
    predecessorsService('old'),
    predecessorsStatefulSet('old', 2),
    predecessorsDeployment('old'),
  ]
  await apply(
    ...predecessors.map((one) => ({
      ...one,
      metadata: { ...object(one.metadata), ownerReferences: [owner] },
    })),
  )
  await kubectl('rollout', 'status', 'statefulset/old-memcached', '--timeout=30s')
  await kubectl('rollout', 'status', 'deployment/old', '--timeout=30s')

  await operator.reconciler.start()
  await eventually(
    'its routers are gone',
    async () => (await read('pods -l app=mcrouter', '{.items}')) === '[]',
  )
  await condition('old', 'Progressing', 'Adopting')
  await kubectl('annotate', 'mcrouter/old', 'mcrouter.example.com/adopt=roll')
  await settled('old')
})

t.test('pods that a limit refuses are asked about', async () => {
  await kubectl('create', 'namespace', 'tight')
  const limits = [{ type: 'Container', max: { memory: '1Mi' } }]
  await apply({
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'none', namespace: 'tight' },
    spec: { limits },
  })
  await apply(mcrouter('refused', {}, { namespace: 'tight' }))
  const message = '{.status.conditions[?(@.reason=="PodsRefused")].message}'
  const read = () => kubectl('-n', 'tight', 'get', 'mcrouter/refused', '-o', `jsonpath=${message}`)
  await eventually('it says so', async () => (await read()).includes('StatefulSet refused-memcached: '))
})

t.test('the lead is given back and taken again', async () => {
  await stopReconciler()
  await operator.reconciler.start()
  await apply(mcrouter('next'))
  await settled('next')
  await stopReconciler()
})

t.test('for all of that', async (t) => {
  const grants = await grantsOf(controlPlane.client, NAMESPACE, ACCOUNT)
  const user = `system:serviceaccount:${NAMESPACE}:${ACCOUNT}`
  const calls = (await controlPlane.audit()).filter(
    (event) => event.user === user && event.object.resource !== '',
  )
  t.ok(grants.length > 40, `${grants.length} rights`)
  t.ok(calls.length > 100, `${calls.length} calls`)

  t.test('no call was denied', async (t) => {
    const denied = calls.filter(({ code }) => code === 403)
    t.strictSame(denied.flatMap(usesOf).map(titleOf), [])
  })

  t.test('no right was of no use', async (t) => {
    const uses = calls.flatMap(usesOf)
    const unused = grants.filter((grant) => !uses.some((use) => covers(grant, use)))
    t.strictSame(unused.map(titleOf), [])
  })

  t.test('no secret was told, in a log, an event or a status', async (t) => {
    const secrets = await secretsKnownToIt()
    t.equal(secrets.length, 5, 'the keys of the CA and of the server, twice, and the token')
    const told = [...logs, await operator.server.log()]
    for (const what of ['events', 'mcrouters', 'leases'])
      told.push(await kubectl('get', what, '-A', '-o', 'yaml'))
    t.match(logs[0], 'issued a CA', 'the log is of the process that made them')
    for (const secret of secrets) t.notOk(told.some((text) => text.includes(secret)))
  })

  t.test('no right is for everything', async (t) => {
    const wild = grants.filter(({ verb, group, resource }) => `${verb}${group}${resource}`.includes('*'))
    t.strictSame(wild.map(titleOf), [])
  })
})

/** A part of each that cannot be there by chance, in the forms in which it goes around. */
async function secretsKnownToIt(): Promise<string[]> {
  const names = ['mcrouter-operator-ca', 'mcrouter-operator-serving-cert']
  const path = 'jsonpath={.data.tls\\.key}'
  const keys = await Promise.all(
    names.map((name) => kubectl('-n', NAMESPACE, 'get', `secret/${name}`, '-o', path)),
  )
  const file = join(controlPlane.directory, `${NAMESPACE}.${ACCOUNT}.kubeconfig`)
  const token = at(JSON.parse(await readFile(file, 'utf8')), 'users', 0, 'user', 'token')
  // The private number is in the first two lines of the PEM.
  const lines = keys.map((key) => Buffer.from(key, 'base64').toString().split('\n')[2] ?? '')
  return [...keys, ...lines, String(token)].filter((secret) => secret.length > 30)
}

/** The same object as it would be under another name, left by an earlier release. */
function leftover({ apiVersion, kind, metadata, spec, data }: JsonObject): JsonObject {
  const { name, labels, ownerReferences } = object(metadata)
  // An address of a Service is for one alone.
  const { clusterIP: _, clusterIPs: __, ...rest } = object(spec)
  const own = kind === 'ConfigMap' ? { data } : { spec: rest }
  return { apiVersion, kind, metadata: { name: `${name}-before`, labels, ownerReferences }, ...own }
}
