import assert from 'node:assert/strict'
import t, { type Test } from 'tap'
import { expand } from '../../render/expand.ts'
import { FILE_LIMITS } from '../../render/parse-objects.ts'
import { yamlOf } from '../../render/yaml.ts'
import type { JsonObject } from '../../schemas/json.ts'
import type { Schema } from '../../schemas/schema.ts'
import { V1BETA1 } from '../../schemas/v1beta1/version.ts'
import { KIND } from '../../schemas/well-known.ts'
import { ELSEWHERE, OF_POD, OF_POOL, OF_ROUTERS, OF_SPEC, type Reaching } from './v1beta1-fields.ts'

// Every field of v1beta1 reaches what is rendered, at another value than its default.

/** The text of each object by its kind and name. */
function rendered(spec: JsonObject): Readonly<Record<string, string>> {
  const metadata = { name: 'cache', namespace: 'shop' }
  const text = JSON.stringify({ apiVersion: V1BETA1.apiVersion, kind: KIND, metadata, spec })
  const expansion = expand([{ name: 'cache', text }], {
    namespace: 'shop',
    settings: { clusterDomain: 'cluster.local' },
    limits: FILE_LIMITS,
    others: 'refuse',
  })
  assert(expansion.kind === 'rendered', JSON.stringify(expansion))
  const manifests = expansion.rendered.flatMap(({ rendering }) => rendering.manifests)
  return Object.fromEntries(manifests.map((one) => [`${one.kind} ${one.metadata.name}`, yamlOf(one)]))
}

/** A whole spec that says this of one of its parts. */
type Within = (part: JsonObject) => JsonObject

const SPARE = { name: 'spare', shards: 2 }
const main: Within = (memcached) => ({ memcached, pools: [SPARE] })
const users: Within = (pool) => ({
  pools: [{ name: 'users', shards: 2, ...pool }, SPARE],
  prefixes: [{ prefix: 'user:', pool: 'users' }],
})
const routers: Within = (router) => ({ router })
const whole: Within = (spec) => ({ pools: [{ name: 'users', shards: 2 }], ...spec })

function shows(t: Test, name: string, reaching: Reaching, within: Within, object: string) {
  const [field = ''] = name.split('.')
  const { value, beside = {}, shows } = reaching
  t.match(rendered(within({ ...beside, [field]: value }))[object], shows, `${name} in ${object}`)
  t.notMatch(rendered(within(beside))[object] ?? '', shows, `without ${name}`)
}

/** Where it is of a Mcrouter called cache, and of a tier called so. */
function objectOf({ in: kind }: Pick<Reaching, 'in'>, tier: string): string {
  return kind === 'ConfigMap' ? 'ConfigMap cache-config' : `${kind} ${tier}`
}

const POOLS = [
  [main, 'cache-memcached'],
  [users, 'cache-memcached-users'],
] as const

t.test('of each pool', async (t) => {
  for (const [name, reaching] of Object.entries(OF_POOL)) {
    for (const [within, tier] of POOLS) shows(t, name, reaching, within, objectOf(reaching, tier))
  }
})

t.test('of the routers', async (t) => {
  for (const [name, reaching] of Object.entries(OF_ROUTERS))
    shows(t, name, reaching, routers, objectOf(reaching, 'cache'))
})

t.test('of the pods of each tier', async (t) => {
  const pod =
    (within: Within): Within =>
    (settings) =>
      within({ pod: settings })
  for (const [name, reaching] of Object.entries(OF_POD)) {
    shows(t, name, { ...reaching, in: 'Deployment' }, pod(routers), 'Deployment cache')
    for (const [within, tier] of POOLS)
      shows(t, name, { ...reaching, in: 'StatefulSet' }, pod(within), `StatefulSet ${tier}`)
  }
})

t.test('of prefixes, and in the words of mcrouter', async (t) => {
  for (const [name, reaching] of Object.entries(OF_SPEC))
    shows(t, name, reaching, whole, objectOf(reaching, 'cache'))
})

t.test('no field is left out of these', async (t) => {
  const fields = (table: object, within: string) => Object.keys(table).map((name) => `${within}${name}`)
  const pool = (within: string) => [...fields(OF_POOL, within), ...fields(OF_POD, `${within}pod.`)]
  const known = [
    ...pool('memcached.'),
    // The name of a pool is that of its objects.
    'pools.name',
    ...pool('pools.'),
    ...fields(OF_ROUTERS, 'router.'),
    ...fields(OF_POD, 'router.pod.'),
    ...fields(OF_SPEC, ''),
    ...Object.keys(ELSEWHERE),
  ]
  t.same(leavesOf(V1BETA1.schema).toSorted(), known.toSorted())
})

/** What is said of pods is told as Kubernetes tells it. */
const AS_THEY_ARE = new Set(Object.keys(OF_POD))

/** Paths of all that has no fields of its own. */
function leavesOf(schema: Schema, path = ''): string[] {
  const properties = schema.properties ?? schema.items?.properties ?? {}
  const names = Object.keys(properties)
  const last = path.split('.').at(-1) ?? ''
  if (names.length === 0 || AS_THEY_ARE.has(last)) return [path]
  return names.flatMap((name) => leavesOf(properties[name] ?? {}, path === '' ? name : `${path}.${name}`))
}
