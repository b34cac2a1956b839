import { isDeepStrictEqual } from 'node:util'
import { pino } from 'pino'
import t from 'tap'
import { type Clock, systemClock } from '../../process/clock.ts'
import type { KubeApi } from '../../reconciler/kube/api.ts'
import { connect } from '../../reconciler/kube/connection/connect.ts'
import { kubeApi } from '../../reconciler/kube/objects.ts'
import { collectionPath, objectPath, withQuery } from '../../reconciler/kube/paths.ts'
import {
  customResourceDefinitions,
  deployments,
  events,
  statefulSets,
  mcrouters as storedMcrouters,
} from '../../reconciler/kube/resources.ts'
import { records } from '../../reconciler/observe/untyped.ts'
import { reasonIn } from '../../reconciler/report/status.ts'
import { StorageMigration } from '../../reconciler/storage/migration.ts'
import { KINDS } from '../../render/kinds.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { V1ALPHA3 } from '../../schemas/v1alpha3/version.ts'
import { STORED } from '../../schemas/versions.ts'
import { eventually } from '../../testing/deadline.ts'
import { run } from '../../testing/process/command.ts'
import { at } from '../support/at.ts'
import { startBareCluster } from '../support/bare-cluster.ts'
import { documentedBlock } from '../support/documented-block.ts'
import { mcrouters } from '../support/mcrouters.ts'
import { startReconciler } from '../support/reconciler/index.ts'
import { reconciledNamespace } from '../support/reconciler/namespace.ts'

// What was stored before v1beta1, and what goes on while nobody converts.

const file = t
const cluster = await startBareCluster(t)
const { apply, controlPlane, conversion, get, list, remove } = cluster
const { client, kubectl } = controlPlane
const NAME = 'mcrouters.mcrouter.example.com'
const DEFINITION = objectPath(customResourceDefinitions, { name: NAME })
const NAMESPACE = 'shop'

const definition = async () => (await client.request('GET', DEFINITION)).body
const versionOf = async (name: string) =>
  (await controlPlane.stored(`mcrouter.example.com/mcrouters/${NAMESPACE}/${name}`))?.apiVersion

/** Has what is written stored in that version, as the definition of an earlier release does. */
async function define(version: string): Promise<void> {
  const versions = records(at(await definition(), 'spec', 'versions'))
  const body = { spec: { versions: versions.map((one) => ({ ...one, storage: one.name === version })) } }
  await client.request('PATCH', DEFINITION, { body })
}

/** Resolves once it does. */
async function storeAs(version: string): Promise<void> {
  await define(version)
  await eventually(`${version} is stored`, async () => {
    await apply(mcrouters, {
      metadata: { name: 'probe', namespace: 'default', labels: { version } },
      spec: {},
    })
    const found = await controlPlane.stored('mcrouter.example.com/mcrouters/default/probe')
    return String(found?.apiVersion).endsWith(version)
  })
  await remove(mcrouters, 'default', 'probe')
}

let elapsedMs = 0
/** Every pause is over at once. */
const clock: Clock = {
  ...systemClock,
  monotonic: () => elapsedMs,
  after: (ms, callback) => {
    elapsedMs += ms
    const immediate = setImmediate(callback)
    return () => clearImmediate(immediate)
  },
}

/** Nobody may update a Mcrouter, as far as admission is asked about it as the chart's webhooks are; answers how to end that. */
async function refuseUpdates(): Promise<() => Promise<void>> {
  const policies = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies'
  const bindings = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings'
  const metadata = { name: 'no-updates' }
  const rule = { apiGroups: ['mcrouter.example.com'], apiVersions: ['*'], operations: ['UPDATE'] }
  const matchConstraints = { resourceRules: [{ ...rule, resources: ['mcrouters', 'mcrouters/scale'] }] }
  const validations = [{ expression: 'false', message: 'no update' }]
  await client.request('POST', policies, { body: { metadata, spec: { matchConstraints, validations } } })
  const binding = { policyName: 'no-updates', validationActions: ['Deny'] }
  await client.request('POST', bindings, { body: { metadata, spec: binding } })
  const path = `${objectPath(storedMcrouters, { namespace: NAMESPACE, name: 'cache' })}?dryRun=All`
  await eventually('no update is let through', async () => {
    const { text } = await client.request('PATCH', path, { body: { metadata: { labels: { a: 'b' } } } })
    return text.includes('no update')
  })
  return async () => {
    await client.request('DELETE', `${bindings}/no-updates`)
    await client.request('DELETE', `${policies}/no-updates`)
  }
}

const SPECS: Record<string, JsonObject> = {
  cache: {},
  large: { memcached_max_item_size: '33554432', memcached_memory_mb: 128 },
  misspelt: { memcachedPoolSize: 3, poolSetup: 'sharded' },
}
const NAMES = Object.keys(SPECS)

/** What restarts when it is written. */
const workloads = async () => {
  const all = [...(await list(statefulSets, NAMESPACE)), ...(await list(deployments, NAMESPACE))]
  return all.map(({ kind, metadata }) => [kind, at(metadata, 'name'), at(metadata, 'generation')])
}

/** A reconciler of an earlier release: owners are named in that version. */
const namingOwnersIn =
  (apiVersion: string) =>
  (api: KubeApi): KubeApi => ({
    ...api,
    apply: (resource, object, options) => {
      const ownerReferences = references(object).map((one) => ({ ...one, apiVersion }))
      return api.apply(
        resource,
        { ...object, metadata: { ...Object(object.metadata), ownerReferences } },
        options,
      )
    },
  })

const references = ({ metadata }: JsonObject) => records(at(metadata, 'ownerReferences'))

/** The versions in which owners of what Mcrouters expanded to are named. */
async function ownersVersions(): Promise<unknown[]> {
  const ours = 'app.kubernetes.io/managed-by=mcrouter-operator'
  const lists = await Promise.all([...KINDS.values()].map((kind) => list(kind, NAMESPACE, ours)))
  return [...new Set(lists.flat().flatMap((child) => references(child).map((owner) => owner.apiVersion)))]
}

/** As an administrator does, to whose kubectl this cluster is the current one. */
function inShell(script: string) {
  const env = { ...process.env, KUBECONFIG: controlPlane.kubeconfig, KUBECTL: controlPlane.kubectlPath }
  return run('sh', ['-c', `kubectl() { "$KUBECTL" "$@"; }\n${script}`], { env })
}

const configured = async () =>
  (await list(events, NAMESPACE)).filter(({ reason }) => reason === 'Configured').length

t.test('all is stored in the new version, the definition says so, and no pod restarts', async (t) => {
  await storeAs(V1ALPHA3.name)
  let before: unknown
  const { settled } = await reconciledNamespace(file, cluster, NAMESPACE, {
    prepare: async () => {
      const through = namingOwnersIn(V1ALPHA3.apiVersion)
      const older = await startReconciler(controlPlane, { namespace: NAMESPACE, graceMs: 100, through })
      for (const name of NAMES) {
        await apply(mcrouters, { metadata: { name, namespace: NAMESPACE }, spec: SPECS[name] ?? {} })
        t.equal(await versionOf(name), V1ALPHA3.apiVersion)
      }
      for (const name of NAMES) {
        await eventually(
          `${name} runs`,
          async () =>
            reasonIn(Object(await get(mcrouters, NAMESPACE, name)).status ?? {}, 'Progressing') ===
            'Complete',
        )
      }
      await older.stop()
      t.same(await ownersVersions(), [V1ALPHA3.apiVersion])
      before = { workloads: await workloads(), configured: await configured() }
      await storeAs(STORED.name)
    },
  })
  await eventually('owners are named in the version that is stored', async () =>
    isDeepStrictEqual(await ownersVersions(), [STORED.apiVersion]),
  )
  for (const name of NAMES) await settled(name)
  t.same(at(await definition(), 'status', 'storedVersions'), [STORED.name, V1ALPHA3.name])
  const seen = await list(mcrouters, NAMESPACE)
  const { kubeconfig } = controlPlane
  const userAgent = 'migration'
  const { session, close } = await connect({ kubeconfig, environment: {}, clock: systemClock, userAgent })
  t.teardown(() => close())
  const log = pino({ level: 'silent' })
  const api = kubeApi(session)
  const migration = new StorageMigration({ api, session, clock, log, webhookClosed: () => undefined })
  const letWrite = await refuseUpdates()
  t.equal(await migration.pass(new AbortController().signal), true, 'what judges Mcrouters is not asked')
  await letWrite()
  for (const name of NAMES) t.equal(await versionOf(name), STORED.apiVersion)
  t.same(at(await definition(), 'status', 'storedVersions'), [STORED.name])
  for (const name of NAMES) await settled(name)
  t.same({ workloads: await workloads(), configured: await configured() }, before)
  t.same(
    (await list(mcrouters, NAMESPACE)).map(({ spec }) => spec),
    seen.map(({ spec }) => spec),
    'who reads v1alpha3 sees what they saw',
  )
})

t.test('where no reconciler can do that, the commands of docs/operations.md do', async (t) => {
  await storeAs(V1ALPHA3.name)
  await cluster.createNamespace('red')
  await apply(mcrouters, { metadata: { name: 'old', namespace: 'red' }, spec: {} })
  await storeAs(STORED.name)
  const version = async () =>
    (await controlPlane.stored('mcrouter.example.com/mcrouters/red/old'))?.apiVersion
  t.equal(await version(), V1ALPHA3.apiVersion)
  for (const beginning of ['kubectl get mcrouters -A ', `kubectl patch crd ${NAME} --subresource=status `]) {
    const { code, stdout, stderr } = await inShell(await documentedBlock(beginning))
    t.equal(code, 0, stderr)
    t.notMatch(stdout, 'FAILED', stderr)
  }
  t.equal(await version(), STORED.apiVersion)
  t.same(at(await definition(), 'status', 'storedVersions'), [STORED.name])
})

t.test('while nobody converts', async (t) => {
  await conversion.stop()
  const old = await client.request('GET', objectPath(mcrouters, { namespace: NAMESPACE, name: 'cache' }))
  t.equal(old.status, 500, 'in the other version it cannot be read')

  t.test('kubectl get lists them', async (t) => {
    const { code, stdout, stderr } = await kubectl(['get', 'mcr', '-n', NAMESPACE])
    t.equal(code, 0, stderr)
    for (const name of NAMES) t.match(stdout, name)
  })

  t.test('a watch begins, and tells what is there, written and deleted', async (t) => {
    const seen: string[] = []
    const ended = new AbortController()
    const path = withQuery(collectionPath(storedMcrouters, NAMESPACE), { watch: true })
    const watching = (async () => {
      for await (const { type, object } of client.watch(path, ended.signal))
        seen.push(`${type} ${at(object.metadata, 'name')} ${object.apiVersion}`)
    })().catch((error: unknown) => {
      if (!ended.signal.aborted) throw error
    })
    const event = (type: string, name: string) => {
      const line = `${type} ${name} ${STORED.apiVersion}`
      return eventually(line, () => seen.includes(line))
    }
    for (const name of NAMES) await event('ADDED', name)
    const metadata = { name: 'brief', namespace: NAMESPACE }
    await apply(storedMcrouters, { metadata, spec: {} })
    await event('ADDED', 'brief')
    await apply(storedMcrouters, { metadata: { ...metadata, labels: { seen: 'yes' } }, spec: {} })
    await event('MODIFIED', 'brief')
    await remove(storedMcrouters, NAMESPACE, 'brief')
    await event('DELETED', 'brief')
    ended.abort()
    await watching
    t.notOk(
      seen.some((line) => line.startsWith('ERROR')),
      seen.join(),
    )
  })

  t.test('what runs is kept as it is to be, and the fields are still those of who wrote them', async (t) => {
    const uid = async () => at(await get(statefulSets, NAMESPACE, 'cache-memcached'), 'metadata', 'uid')
    const before = await uid()
    await remove(statefulSets, NAMESPACE, 'cache-memcached')
    await eventually('it is back', async () => ![undefined, before].includes(await uid()))
    const { metadata } = Object(await get(storedMcrouters, NAMESPACE, 'cache'))
    const managers = records(at(metadata, 'managedFields')).map(({ manager }) => manager)
    t.ok(managers.includes('somebody'), 'it is still known who wrote what')
  })

  t.test('one is deleted in the foreground, for which the garbage collector reads its owner', async () => {
    const path = objectPath(storedMcrouters, { namespace: NAMESPACE, name: 'misspelt' })
    await client.request('DELETE', path, { body: { propagationPolicy: 'Foreground' } })
    await eventually(
      'it is gone',
      async () => (await get(storedMcrouters, NAMESPACE, 'misspelt')) === undefined,
    )
  })

  t.test('one is deleted, and a namespace with all that is in it', async () => {
    await remove(storedMcrouters, NAMESPACE, 'large')
    await eventually(
      'it is gone',
      async () => (await get(statefulSets, NAMESPACE, 'large-memcached')) === undefined,
    )
    await client.request('DELETE', `/api/v1/namespaces/${NAMESPACE}`)
    await eventually(
      'the namespace is gone',
      async () => (await client.request('GET', `/api/v1/namespaces/${NAMESPACE}`)).status === 404,
    )
  })
})
