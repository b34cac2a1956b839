import t from 'tap'
import { explain, printExplained } from '../../render/explain.ts'
import { render } from '../../render/index.ts'
import { movesOf, untold } from '../../render/moves.ts'
import type { Reach } from '../../render/rendering.ts'
import { digest } from '../../routing/digest.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { MAIN_POOL } from '../../schemas/mcrouter.ts'
import { judge } from '../../schemas/validation/judge.ts'
import { objectOf } from '../schemas/v1beta1/judged.ts'
import { BOTH } from '../schemas/v1beta1/version.ts'

const SETTINGS = { clusterDomain: 'cluster.local' }

function mcrouterOf(spec: JsonObject) {
  const judgement = judge(objectOf(spec), { versions: BOTH })
  if (!judgement.accepted) throw new Error(JSON.stringify(judgement.violations))
  return judgement.mcrouter
}

const PREFIXED = {
  route: {
    type: 'PrefixSelectorRoute',
    policies: { 'user:': 'PoolRoute|users' },
    wildcard: 'PoolRoute|main',
  },
}

t.test('it is what routers get, in the ConfigMap and by its digest', async (t) => {
  const mcrouter = mcrouterOf({ config: PREFIXED, pools: [{ name: 'users', shards: 2 }] })
  const { config, digest: md5, manifests } = render(mcrouter, SETTINGS)
  t.equal(md5, digest(config))
  t.strictSame(JSON.parse(config).route, PREFIXED.route)
  t.match(
    manifests.find(({ kind }) => kind === 'ConfigMap'),
    { data: { 'config.json': config } },
  )
  t.equal(manifests.filter(({ kind }) => kind === 'StatefulSet').length, 2)
})

t.test('a key is followed through it', async (t) => {
  const mcrouter = mcrouterOf({ config: PREFIXED, pools: [{ name: 'users', shards: 2 }] })
  const asked = (key: string) => explain({ mcrouter }, { operation: 'get', key }, SETTINGS).servers
  t.match(asked('user:1'), [/^cache-memcached-users-\d\./])
  t.match(asked('other'), [/^cache-memcached-\d\./])
})

t.test('what only a router can follow is said to be that, and nothing is made up', async (t) => {
  let route: JsonObject | string = { type: 'AllSyncRoute', children: ['PoolRoute|main', 'PoolRoute|main'] }
  const named = Array.from({ length: 20 }, (_, level) => {
    const handle = { name: `h${level}`, type: 'AllSyncRoute', children: [route, route] }
    route = `h${level}`
    return handle
  })
  const mcrouter = mcrouterOf({ config: { named_handles: named, route } })
  const explained = explain({ mcrouter }, { operation: 'get', key: 'a' }, SETTINGS)
  t.match(explained, { servers: [], explanation: { kind: 'unfollowed' } })
  t.match(printExplained([explained], 'text'), /this is not told here: .*a router answers it/)
})

t.test('which share of its keys a change moves is not told', async (t) => {
  const [was, is] = [mcrouterOf({ config: PREFIXED, pools: [{ name: 'users' }] }), mcrouterOf({})]
  t.same(movesOf([was], [is], SETTINGS), [])
  t.same(untold([was], [is]), ['Mcrouter shop/cache'])
  t.same(untold([is], [is]), [])
})

t.test('all names of a pool lead to servers that are spoken to in one way', async (t) => {
  const mcrouter = mcrouterOf({
    config: PREFIXED,
    memcached: { tls: { secretName: 's' } },
    pools: [{ name: 'users' }],
  })
  const ways = (reach?: Reach) => {
    const step = { servers: 1, routed: 1, ...(reach && { reach }) }
    const { config } = render(mcrouter, { ...SETTINGS, steps: new Map([[MAIN_POOL, step]]) })
    const servers: string[] = config.match(/cache-memcached-\d[^"]*/g) ?? []
    return new Set(servers.map((server) => server.replace(/.*?:/, '')))
  }
  t.same(ways(), new Set(['11211:ascii:ssl']))
  t.same(ways({ port: 21211, tls: false }), new Set(['21211']))
})
