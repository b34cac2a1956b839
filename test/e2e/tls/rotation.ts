import { readFile } from 'node:fs/promises'
import type { Test } from 'tap'
import { SERVER_TLS_DIRECTORY } from '../../../routing/flags.ts'
import { eventually } from '../../../testing/deadline.ts'
import { run } from '../../../testing/process/command.ts'
import { TestAuthority } from '../../support/certificate.ts'
import { allAreUp } from '../support/exporter.ts'
import { failed } from '../support/figures.ts'
import { SYSTEM } from '../support/operator.ts'
import { LIGHT, underTraffic } from '../support/under-traffic.ts'
import { KEYS, rereadAtOnce, SecureCache, type Stage } from './secure-cache.ts'

const DOCUMENT = new URL('../../../docs/tls.md', import.meta.url)

/** Routers and servers get certificates of another CA: first both are trusted, then one after the other shows the new. */
export async function rotation(t: Test, stage: Stage): Promise<void> {
  const cache = await SecureCache.start(stage, 'rotated')
  const { client, mcrouter } = cache
  await rereadAtOnce(cache)
  const next = await TestAuthority.create()
  const [servers, clients] = [await cache.issued(next), await cache.issued(next)]
  const { 'ca.crt': formerCa } = await cache.issued(stage.authority)
  const both = `${formerCa}\n${servers['ca.crt']}`
  const routers = await mcrouter.identities('mcrouter')

  await cache.secret('ca', { 'ca.crt': both })
  await cache.mounted('mcrouter', `${SERVER_TLS_DIRECTORY}/ca.crt`, both)
  await cache.delete('rotated-memcached-0')
  await mcrouter.settled()
  await t.resolves(
    cache.takesAll(cache.keys('kept', formerCa)),
    'a server of the former CA that comes back is trusted',
  )
  const pods = await mcrouter.identities('memcached')

  const report = await underTraffic(
    t,
    client,
    mcrouter,
    'certificates of another CA',
    async () => {
      await cache.secret('servers', servers)
      await eventually('the servers show theirs', async () => {
        await tellServers(cache)
        return cache.serves('memcached', servers)
      })
      await cache.secret('clients', clients)
      await eventually('the routers show theirs', () => cache.serves('mcrouter', clients))
    },
    { target: cache.target(both), load: LIGHT },
  )
  t.equal(failed(report), 0, 'no request failed')
  const { counts } = await client.audit(cache.keys('kept', clients['ca.crt']))
  t.strictSame(counts, { hit: KEYS }, 'no value is lost')
  t.strictSame(await mcrouter.identities('memcached'), pods, 'no server was restarted')
  t.equal((await client.tell(cache.target(formerCa), 'version')).kind, 'connection', 'it is another CA')

  await cache.delete('rotated-memcached-1')
  await mcrouter.settled()
  await t.resolves(
    cache.takesAll(cache.keys('after', clients['ca.crt'])),
    'a server of the new CA that comes back is trusted',
  )
  t.strictSame(await mcrouter.identities('mcrouter'), routers, 'no router was restarted')
  await allAreUp(mcrouter)
}

/** As its documentation says. */
async function tellServers({ mcrouter }: SecureCache): Promise<void> {
  const [, loop] = /^```\n(for ip in .*?)^```$/ms.exec(await readFile(DOCUMENT, 'utf8')) ?? []
  if (loop === undefined) throw new Error(`${DOCUMENT}: how servers are told is not in it`)
  const commands = loop
    .replace('-n shop', `-n ${mcrouter.namespace}`)
    .replace('instance=cache,', `instance=${mcrouter.name},`)
    .replace('-n mcrouter-system', `-n ${SYSTEM}`)
  const { stdout, stderr } = await run('sh', ['-c', commands])
  if (!/^(\S+ OK\n){2}$/.test(stdout)) throw new Error(`the servers were not told: ${stdout}${stderr}`)
}
