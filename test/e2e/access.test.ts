import t, { type Test } from 'tap'
import { eventually } from '../../testing/deadline.ts'
import { egressIsClosed } from './access/egress.ts'
import type { Target } from './agent/connection.ts'
import type { Reply } from './agent/reply.ts'
import { type Client, startClient } from './support/client.ts'
import { kubectlOk, textAt } from './support/cluster.ts'
import { during } from './support/during.ts'
import { environment } from './support/environment.ts'
import { allAreUp } from './support/exporter.ts'
import { failed } from './support/figures.ts'
import { Mcrouter } from './support/mcrouter.ts'
import { namespace } from './support/namespace.ts'
import { installOperator, RELEASE, SYSTEM } from './support/operator.ts'
import { CLIENTS, nothingButInFlight, underTraffic } from './support/under-traffic.ts'

const NAMESPACE = 'mcrouter-e2e-access'
const CLIENT = { 'uses-cache': 'true' }
const ROUTERS = 2
const mcrouter = new Mcrouter(NAMESPACE, 'cache')

const skip = environment.enforcePolicies === undefined && 'E2E_ENFORCE_POLICIES says no command'

t.test('only those connect who may, whatever happens to the cache and its operator', { skip }, async (t) => {
  await namespace(t, NAMESPACE)
  await installOperator(t, '--set=exporter.enabled=true')
  await during(t, environment.enforcePolicies ?? '')
  const [client, stranger, colleague] = await Promise.all([
    startClient(NAMESPACE, 'client', CLIENT),
    startClient(NAMESPACE, 'stranger'),
    // Beside the reconciler, and not one of the operator's pods.
    startClient(SYSTEM, 'colleague'),
  ])
  t.teardown(() =>
    kubectlOk(['-n', SYSTEM, 'delete', 'pod/colleague', 'configmap/colleague', '--wait=false']),
  )
  t.teardown(() => kubectlOk(['-n', NAMESPACE, 'delete', 'mcrouter', 'cache', '--wait=false']))
  await mcrouter.apply({ pool_setup: 'sharded', memcached_pool_size: 2, memcached_memory_mb: 64 })
  await mcrouter.settled()
  const cache: Cache = { client, strangers: [stranger, colleague] }

  await t.test('without access everybody connects to both tiers', async (t) => {
    for (const one of [client, stranger, colleague])
      for (const target of targets()) t.equal((await version(one, target)).kind, 'text', target.host)
  })

  await t.test('a cache that is used is closed to strangers, and its clients notice nothing', async (t) => {
    const report = await underTraffic(t, client, mcrouter, 'access is given', async () => {
      await access({ from: [{ podSelector: { matchLabels: CLIENT } }] })
      await eventually('it is closed', async () => (await version(stranger, router())).kind !== 'text')
    })
    t.equal(failed(report), 0, 'no request failed')
    await closed(t, cache)
  })

  await t.test('it grows', async (t) => {
    const report = await underTraffic(t, client, mcrouter, 'grow 2 to 3 behind policies', async () => {
      await mcrouter.scale(3)
      await mcrouter.settled()
    })
    t.equal(failed(report), 0, 'no request failed')
    await closed(t, cache)
  })

  await t.test('nothing connects to others but routers, and to those of its configuration alone', (t) =>
    egressIsClosed(t, new Mcrouter(NAMESPACE, 'cache', 'v1beta1')),
  )

  await t.test('its routers are replaced', async (t) => {
    const report = await underTraffic(t, client, mcrouter, 'routers replaced behind policies', async () => {
      await mcrouter.patch({ mcrouter_image: 'devan2502/mcrouter:v0.41.0' })
      await mcrouter.settled()
    })
    // Each client loses at most the request that is in flight when a router closes its connection.
    t.ok(failed(report) <= CLIENTS * ROUTERS, 'at most what was in flight')
    await closed(t, cache)
  })

  await t.test('another reconciler leads, and asks every router before it lets a server go', async (t) => {
    const deployment = `deployment/${RELEASE}-reconciler`
    await kubectlOk(['-n', SYSTEM, 'rollout', 'restart', deployment])
    await kubectlOk(['-n', SYSTEM, 'rollout', 'status', deployment, '--timeout=120s'])
    const report = await underTraffic(t, client, mcrouter, 'shrink 3 to 2 behind policies', async () => {
      await mcrouter.scale(2)
      await mcrouter.settled()
    })
    nothingButInFlight(t, report)
    t.equal(textAt(await mcrouter.read(), 'status.config.routers'), `${ROUTERS}/${ROUTERS}`)
    await closed(t, cache)
  })

  await t.test('without access everybody connects again', async (t) => {
    await access(null)
    await eventually('it is open', async () => (await version(stranger, router())).kind === 'text')
    for (const target of targets()) t.equal((await version(colleague, target)).kind, 'text', target.host)
  })
})

interface Cache {
  readonly client: Client
  readonly strangers: readonly Client[]
}

/** Over connections that are new: those that were there before are nobody's to close. */
async function closed(t: Test, { client, strangers }: Cache): Promise<void> {
  t.equal((await version(client, router())).kind, 'text', 'the client reaches routers')
  const refused = [
    ...strangers.flatMap((one) => targets().map((target) => [one, target] as const)),
    [client, server()],
  ] as const
  const replies = await Promise.all(refused.map(([one, target]) => version(one, target)))
  t.strictSame([...new Set(replies.map(({ kind }) => kind))], ['timeout'], 'and nobody else anything')
  await allAreUp(mcrouter)
  // Of an older router than the spec says it tells as well.
  t.notMatch((await mcrouter.condition('Degraded'))?.reason, /NotAnswering/, 'all answer the reconciler')
}

function version(from: Client, { host, port }: Target): Promise<Reply> {
  return from.talk(host, port, 'version')
}

function router(): Target {
  return { host: mcrouter.host, port: 5000 }
}

function server(): Target {
  return { host: mcrouter.server(0), port: 11211 }
}

function targets(): Target[] {
  return [router(), server()]
}

/** As v1beta1 says it; null for nothing. */
async function access(value: object | null): Promise<void> {
  const patch = JSON.stringify({ spec: { access: value } })
  await kubectlOk(['-n', NAMESPACE, 'patch', 'mcrouter', 'cache', '--type=merge', '-p', patch])
}
