import t from 'tap'
import { chainTo } from '../../certs/chain.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { eventually } from '../../testing/deadline.ts'
import { startCluster } from '../support/cluster.ts'
import { certificatesIn, issuedBefore } from '../support/issued.ts'
import { covers, grantsOf, titleOf } from '../support/rights/grant.ts'
import { usesOf } from '../support/rights/use.ts'

// The operator issues certificates of servers, with the rights that the chart grants for it.

const { apply, controlPlane, kubectl, operator, read } = await startCluster(t, {
  values: ['rbac.issueCertificates=true'],
  reconcilerFlags: ['--issue-certificates=on', '--log-level=debug'],
})

async function applied(object: JsonObject): Promise<void> {
  const { code, stderr } = await apply(object)
  if (code !== 0) throw new Error(stderr)
}

const issuing = (name: string, spec: JsonObject = {}): JsonObject => ({
  apiVersion: 'mcrouter.example.com/v1beta1',
  kind: 'Mcrouter',
  metadata: { name },
  spec: { memcached: { shards: 1, tls: { issuer: 'Operator' } }, router: { replicas: 1 }, ...spec },
})

async function secret(name: string) {
  const { stdout } = await kubectl([
    'get',
    'secret',
    `${name}-memcached-tls`,
    '-o',
    'json',
    '--ignore-not-found',
  ])
  return stdout === '' ? undefined : JSON.parse(stdout)
}

const condition = (name: string, type: string) =>
  read(`mcrouter/${name}`, `{.status.conditions[?(@.type=="${type}")].reason}`)

async function isComplete(name: string): Promise<void> {
  await eventually(`${name} is complete`, async () => (await condition(name, 'Progressing')) === 'Complete')
}

async function restartReconciler(): Promise<void> {
  await operator.reconciler.stop('SIGKILL')
  await operator.reconciler.start()
}

/** What another process makes of a Secret with this in it. */
async function renewed(name: string, data: JsonObject) {
  const patch = JSON.stringify({ data })
  const { code, stderr } = await kubectl([
    'patch',
    'secret',
    `${name}-memcached-tls`,
    '--type=merge',
    '-p',
    patch,
  ])
  if (code !== 0) throw new Error(stderr)
  const { resourceVersion } = (await secret(name)).metadata
  await restartReconciler()
  await eventually(
    'it is renewed',
    async () => (await secret(name)).metadata.resourceVersion !== resourceVersion,
  )
  return (await secret(name)).data
}

t.test('a Mcrouter gets a CA of its own, and a certificate of it', async (t) => {
  await applied(issuing('cache', { pools: [{ name: 'users', shards: 1, tls: { issuer: 'Operator' } }] }))
  await isComplete('cache')
  const { type, metadata, data } = await secret('cache')
  t.equal(type, 'kubernetes.io/tls')
  t.match(metadata.ownerReferences, [{ kind: 'Mcrouter', name: 'cache', controller: true }])
  const { leaf, bundle } = certificatesIn(data)
  t.ok(chainTo(bundle, leaf, [], Date.now()))
  t.ok(leaf.checkHost('cache-memcached-0.cache-memcached.default.svc.cluster.local'))
  t.ok(leaf.checkHost('cache-memcached-users-9.cache-memcached-users.default.svc.cluster.local'))
  const mounted = '{.spec.template.spec.volumes[*].secret.secretName}'
  for (const what of ['statefulset/cache-memcached', 'statefulset/cache-memcached-users', 'deployment/cache'])
    t.equal(await read(what, mounted), 'cache-memcached-tls', what)
  const events = (await kubectl(['events', '--for=mcrouter/cache'])).stdout
  t.match(events, /CertificateIssued .*Secret cache-memcached-tls: issued a CA/)

  await applied(issuing('other'))
  await isComplete('other')
  t.notOk(chainTo(bundle, certificatesIn((await secret('other')).data).leaf, [], Date.now()))
})

t.test('another process leaves it as it is', async (t) => {
  const { resourceVersion } = (await secret('cache')).metadata
  const looks = async () =>
    (await controlPlane.audit()).filter(
      ({ verb, object }) =>
        verb === 'patch' && object.resource === 'secrets' && object.name === 'cache-memcached-tls',
    ).length
  const before = await looks()
  await restartReconciler()
  await eventually('it has looked', async () => (await looks()) > before)
  t.equal((await secret('cache')).metadata.resourceVersion, resourceVersion)
})

t.test('it is renewed by the same CA, and no pod restarts', async (t) => {
  const generation = await read('statefulset/cache-memcached', '{.metadata.generation}')
  const old = await issuedBefore('cache-memcached.default.svc.cluster.local', 62)
  const data = await renewed('cache', old)
  t.equal(data['ca.crt'], old['ca.crt'])
  t.not(data['tls.crt'], old['tls.crt'])
  await isComplete('cache')
  t.equal(await read('statefulset/cache-memcached', '{.metadata.generation}'), generation)
})

t.test('a new CA is trusted before it signs', async (t) => {
  const old = await issuedBefore('cache-memcached.default.svc.cluster.local', 290, 50)
  const trusting = await renewed('cache', old)
  const { leaf, bundle } = certificatesIn(trusting)
  t.equal(bundle.length, 2)
  t.equal(leaf.fingerprint256, certificatesIn(old).leaf.fingerprint256, 'servers go on with what all know')
  const later = await issuedBefore('cache-memcached.default.svc.cluster.local', 290, 50, 2)
  const signing = certificatesIn(await renewed('cache', later))
  t.ok(
    chainTo(certificatesIn(later).bundle, signing.leaf, [], Date.now()),
    'a day later those who knew both know it',
  )
  t.equal(signing.bundle.length, 2, 'and those that serve what the old one signed are known')
})

t.test('one that was deleted is made anew, and goes with its Mcrouter', async (t) => {
  const before = certificatesIn((await secret('other')).data).leaf.fingerprint256
  await kubectl(['delete', 'secret', 'other-memcached-tls'])
  await restartReconciler()
  await eventually('it is there', async () => (await secret('other')) !== undefined)
  t.not(certificatesIn((await secret('other')).data).leaf.fingerprint256, before)
  await kubectl(['delete', 'mcrouter', 'other'])
  await eventually('it is gone', async () => (await secret('other')) === undefined)
})

t.test("a stranger's Secret of that name is neither read nor changed, and mounted nowhere", async (t) => {
  await kubectl(['create', 'secret', 'generic', 'taken-memcached-tls', '--from-literal=password=xyzzy-42'])
  const { resourceVersion } = (await secret('taken')).metadata
  await applied(issuing('taken'))
  await eventually('it says so', async () => (await condition('taken', 'Degraded')) === 'NameConflict')
  t.equal((await secret('taken')).metadata.resourceVersion, resourceVersion)
  t.equal((await kubectl(['get', 'statefulset,deployment', '-o', 'name'])).stdout.includes('taken'), false)
  const { code } = await kubectl(['delete', 'secret', 'taken-memcached-tls'])
  t.equal(code, 0)
  await restartReconciler()
  await isComplete('taken')
})

t.test('for all of that', async (t) => {
  const account = `${operator.namespace}:mcrouter-operator-reconciler`
  const calls = (await controlPlane.audit()).filter(
    ({ user, object }) => user === `system:serviceaccount:${account}` && object.resource === 'secrets',
  )
  const [namespace = '', name = ''] = account.split(':')
  const grants = (await grantsOf(controlPlane.client, namespace, name)).filter(
    ({ resource }) => resource === 'secrets',
  )
  const uses = calls.flatMap(usesOf)
  t.strictSame(
    grants.filter((grant) => !uses.some((use) => covers(grant, use))).map(titleOf),
    [],
    'no right was of no use',
  )
  t.strictSame(
    calls
      .filter(({ code }) => code === 403)
      .flatMap(usesOf)
      .map(titleOf),
    [],
    'no call was denied',
  )
  const issued = (await secret('cache')).data
  const told = [await operator.reconciler.log()]
  for (const what of ['events', 'mcrouters', 'configmaps'])
    told.push((await kubectl(['get', what, '-A', '-o', 'yaml'])).stdout)
  for (const key of ['tls.key', 'ca.key']) {
    const encoded = String(issued[key])
    const line = Buffer.from(encoded, 'base64').toString().split('\n')[1] ?? ''
    t.ok(line.length > 30)
    for (const text of [encoded, line, 'xyzzy-42'])
      t.notOk(
        told.some((one) => one.includes(text)),
        'no key is told',
      )
  }
})
