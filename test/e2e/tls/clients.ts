import type { Test } from 'tap'
import { failed } from '../support/figures.ts'
import { LIGHT, underTraffic } from '../support/under-traffic.ts'
import { SecureCache, type Stage } from './secure-cache.ts'

/** A client loses at most the request that is in flight when a router closes its connection; there are two routers. */
const IN_FLIGHT = 2 * LIGHT.clients

/** The way that users are told to go: TLS beside the port without, then in its place. */
export async function clientsMove(t: Test, stage: Stage): Promise<void> {
  const cache = new SecureCache(stage, 'moving')
  const { client, mcrouter } = cache
  await cache.apply({})
  await mcrouter.settled()
  await cache.takesAll(cache.keys('kept'))
  const files = await cache.issued(stage.authority)
  const { 'ca.crt': ca } = files
  await cache.secret('clients', files)
  const clients = { secretName: cache.secretName('clients') }

  const beside = await underTraffic(
    t,
    client,
    mcrouter,
    'TLS beside',
    async () => {
      await mcrouter.patch({ router: { tls: { clients } } })
      await mcrouter.settled()
    },
    { load: LIGHT },
  )
  t.ok(failed(beside) <= IN_FLIGHT, 'at most what was in flight')
  await t.resolves(cache.hasAll(cache.keys('kept', ca)), 'every value is there by TLS')
  await t.resolves(cache.hasAll(cache.keys('kept')), 'and without')

  const move = async () => {
    await mcrouter.patch({ router: { tls: { clients: { plain: false } } } })
    await mcrouter.settled()
  }
  const instead = await underTraffic(t, client, mcrouter, 'TLS alone', move, {
    target: cache.target(ca),
    load: LIGHT,
  })
  t.ok(failed(instead) <= IN_FLIGHT, 'at most what was in flight')
  await t.resolves(cache.hasAll(cache.keys('kept', ca)), 'no value is lost')
  t.match((await client.tell(cache.target(), 'version')).kind, /^(connection|timeout)$/, 'nobody without')
}
