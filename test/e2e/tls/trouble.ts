import type { Test } from 'tap'
import { POOL_TLS_DIRECTORY } from '../../../render/certificates.ts'
import { CLIENT_TLS_DIRECTORY } from '../../../routing/flags.ts'
import { ch3 } from '../../../routing/hash/ch3.ts'
import { eventually } from '../../../testing/deadline.ts'
import { keyOf } from '../agent/keys.ts'
import { kubectlOk } from '../support/cluster.ts'
import { failed } from '../support/figures.ts'
import type { Mcrouter } from '../support/mcrouter.ts'
import { RELEASE, SYSTEM } from '../support/operator.ts'
import { LIGHT, underTraffic } from '../support/under-traffic.ts'
import { KEYS, rereadAtOnce, SecureCache, type Stage } from './secure-cache.ts'

/** A key that does not belong to its certificate: one server is told and complains, the pool goes on, and the right one mends it. */
export async function badServerPair(t: Test, stage: Stage): Promise<void> {
  const cache = await SecureCache.start(stage, 'servers')
  const { client, mcrouter } = cache
  const [next, other] = [await cache.issued(stage.authority), await cache.issued(stage.authority)]
  await cache.takesAll(cache.keys('kept'))
  const pods = await mcrouter.identities('memcached')
  const report = await underTraffic(
    t,
    client,
    mcrouter,
    'a bad pair in servers',
    async () => {
      // One that has just begun tells servers without having waited ten minutes.
      await withoutReconciler(async () => {
        await cache.secret('servers', { ...next, 'tls.key': other['tls.key'] })
        await cache.mounted('memcached', `${POOL_TLS_DIRECTORY}/tls.key`, other['tls.key'])
      })
      await degraded(mcrouter, 'CertificateUnusable', /^servers-memcached-\d cannot use its certificate/)
      const shown = Object.values(await cache.shown('memcached'))
      t.equal(shown.filter((one) => one === 'none').length, 1, 'the other server was not told')
      await cache.secret('servers', next)
      await eventually('both show the right one', () => cache.serves('memcached', next))
      await mcrouter.settled()
    },
    { load: LIGHT },
  )
  t.equal(failed(report), 0, 'no request failed')
  t.strictSame((await client.audit(cache.keys('kept'))).counts, { hit: KEYS }, 'no value is lost')
  t.strictSame(await mcrouter.identities('memcached'), pods, 'no server was restarted')
}

/** Routers that had a certificate keep it, and one that starts with a bad pair is told of. */
export async function badRouterPair(t: Test, stage: Stage): Promise<void> {
  const cache = await SecureCache.start(stage, 'routers')
  const { mcrouter } = cache
  await rereadAtOnce(cache)
  const [next, other] = [await cache.issued(stage.authority), await cache.issued(stage.authority)]
  const before = await cache.shown('mcrouter')
  await cache.secret('clients', { ...next, 'tls.key': other['tls.key'] })
  await cache.mounted('mcrouter', `${CLIENT_TLS_DIRECTORY}/tls.key`, other['tls.key'])
  t.strictSame(await cache.shown('mcrouter'), before, 'they keep what they had')
  const [first = ''] = Object.keys(before)
  await cache.delete(first)
  await degraded(mcrouter, 'CertificateUnusable', /^routers-\S+ cannot use its certificate/)
  await cache.secret('clients', next)
  await eventually('both show the right one', () => cache.serves('mcrouter', next))
  await mcrouter.settled()
}

/** A Secret that is not there costs one server, and the other goes on without TLS. */
export async function missingSecret(t: Test, stage: Stage): Promise<void> {
  const cache = new SecureCache(stage, 'missing')
  const { client, mcrouter } = cache
  await cache.apply({})
  await mcrouter.settled()
  await cache.takesAll(cache.keys('kept'))
  const keys = Array.from({ length: KEYS }, (_, index) => keyOf('kept', index))
  const { 'missing-memcached-0': first } = await mcrouter.identities('memcached')
  await mcrouter.patch({ memcached: { tls: { secretName: 'nowhere' } } })
  await degraded(mcrouter, 'CertificateMissing', /^Pod missing-memcached-1 does not start: .*"nowhere"/)
  const { length: ofFirst } = keys.filter((key) => ch3(Buffer.from(key), 2) === 0)
  t.equal((await client.audit(cache.keys('kept'))).counts.hit, ofFirst, 'what the other has is read')
  await mcrouter.patch({ memcached: { tls: null } })
  await mcrouter.settled()
  await cache.takesAll(cache.keys('after'))
  t.equal((await client.audit(cache.keys('kept'))).counts.hit, ofFirst, 'and is still there')
  t.match(await mcrouter.identities('memcached'), { 'missing-memcached-0': first }, 'it was not restarted')
}

async function degraded(mcrouter: Mcrouter, reason: string, message: RegExp): Promise<void> {
  await eventually(
    `${mcrouter.name} is Degraded: ${reason}`,
    async () => {
      const condition = await mcrouter.condition('Degraded')
      return condition?.status === 'True' && condition.reason === reason && message.test(condition.message)
    },
    { withinMs: 180_000, everyMs: 1000 },
  )
}

async function withoutReconciler(action: () => Promise<void>): Promise<void> {
  const deployment = `deployment/${RELEASE}-reconciler`
  const pods = ['pods', '-l', 'app.kubernetes.io/component=reconciler']
  await kubectlOk(['-n', SYSTEM, 'scale', deployment, '--replicas=0'])
  await kubectlOk(['-n', SYSTEM, 'wait', '--for=delete', ...pods, '--timeout=60s'])
  await action()
  await kubectlOk(['-n', SYSTEM, 'scale', deployment, '--replicas=2'])
  await kubectlOk(['-n', SYSTEM, 'rollout', 'status', deployment, '--timeout=120s'])
}
