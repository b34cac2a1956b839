import t from 'tap'
import type { JsonObject } from '../../schemas/json.ts'
import { V1BETA1 } from '../../schemas/v1beta1/version.ts'
import { KIND } from '../../schemas/well-known.ts'
import { eventually } from '../../testing/deadline.ts'
import { at } from '../support/at.ts'
import { startCluster } from '../support/cluster.ts'

// A Mcrouter with mcrouter's own JSON, and with images that nobody named.

const IMAGE = 'memcached:1.6.42-alpine'
const flags = [`--default-memcached-image=${IMAGE}`]
const { apply, kubectl, read } = await startCluster(t, { serverFlags: flags, reconcilerFlags: flags })

function mcrouter(name: string, spec: JsonObject): JsonObject {
  return { apiVersion: V1BETA1.apiVersion, kind: KIND, metadata: { name }, spec }
}

t.test("mcrouter's own JSON reaches routers as it is written, and is refused with its path", async (t) => {
  const config = { route: { type: 'PoolRoute', pool: 'main', hash: { hash_func: 'Ch3', salt: 'x' } } }
  const wrong = await apply(
    mcrouter('json', { config: { route: { ...config.route, hsh: 1, pool: 'mian' } } }),
  )
  t.match(wrong.stderr, /spec.config.route.hsh: .*unknown option "hsh" of PoolRoute/)
  t.match(wrong.stderr, /spec.config.route.pool: .*no such pool/)
  t.equal((await apply(mcrouter('json', { config }))).code, 0)
  await eventually('it is published', async () => (await read('cm json-config', '{.metadata.name}')) !== '')
  const text = await read('cm json-config', '{.data.config\\.json}')
  t.strictSame(at(JSON.parse(text), 'route'), config.route)
})

t.test('an image that nobody named is that of the settings, and stays, whatever leaves it out', async (t) => {
  const image = () => read('mcr images', '{.spec.memcached.image}')
  const manifest = mcrouter('images', { memcached: { shards: 1 } })
  t.match(await apply(manifest), { code: 0 })
  t.equal(await image(), IMAGE)
  const own = [
    'patch',
    'mcr',
    'images',
    '--type=merge',
    '-p',
    '{"spec":{"memcached":{"image":"memcached:own"}}}',
  ]
  t.match(await kubectl(own), { code: 0 })
  t.match(await apply(manifest), { code: 0 })
  t.equal(await image(), 'memcached:own', 'applied again')
  t.match(await apply(manifest, '--server-side', '--force-conflicts'), { code: 0 })
  t.equal(await image(), 'memcached:own', 'applied server-side')
  // kubectl reads the object first, and its status may change in between.
  const replaced = await eventually('it is replaced, or refused', async () => {
    const result = await kubectl(['replace', '-f', '-'], { input: JSON.stringify(manifest) })
    return /the object has been modified/.test(result.stderr) ? undefined : result
  })
  t.equal(replaced.code, 0, replaced.stderr)
  t.equal(await image(), 'memcached:own', 'replaced')
})
