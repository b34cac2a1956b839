import t from 'tap'
import { type Versions, withDefaultImages } from '../../../schemas/api-version.ts'
import { convert } from '../../../schemas/conversion/convert.ts'
import { valueAt } from '../../../schemas/fields.ts'
import { customResourceDefinition } from '../../../schemas/generate/crd.ts'
import type { Images } from '../../../schemas/images.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { V1ALPHA3 } from '../../../schemas/v1alpha3/version.ts'
import { judge } from '../../../schemas/validation/judge.ts'
import { objectOf } from './judged.ts'
import { BOTH, V1BETA1 } from './version.ts'

const IMAGES: Images = {
  memcached: 'registry.example.com/memcached:1.6.42',
  mcrouter: 'registry.example.com/mcrouter:5',
}
const OURS = withDefaultImages(V1BETA1, IMAGES)
const VERSIONS: Versions = { ...BOTH, v1beta1: OURS }

/** The spec as admission stores it. */
function stored(spec: JsonObject, before?: JsonObject, versions: Versions = VERSIONS): JsonObject {
  const judgement = judge(objectOf(spec), {
    versions,
    ...(before !== undefined && { stored: objectOf(before) }),
  })
  if (!judgement.accepted) throw new Error(JSON.stringify(judgement.violations))
  return judgement.spec
}

function imagesOf(spec: JsonObject): unknown[] {
  return [['router'], ['memcached'], ['pools', 0], ['pools', 1]]
    .map((keys) => valueAt(spec, [...keys, 'image']))
    .filter((image) => image !== undefined)
}

const NAMED: JsonObject = {
  router: { image: 'mcrouter:own' },
  memcached: { image: 'memcached:own' },
  pools: [{ name: 'users', image: 'memcached:users' }],
}

t.test('an object that names no image gets those of the settings, in every pool', async (t) => {
  const spec = stored({ pools: [{ name: 'users' }], memcached: {} })
  t.same(imagesOf(spec), [IMAGES.mcrouter, IMAGES.memcached, IMAGES.memcached])
  t.same(imagesOf(stored({})), [IMAGES.mcrouter, IMAGES.memcached])
})

t.test('what it names stays', async (t) => {
  t.same(imagesOf(stored(NAMED)), ['mcrouter:own', 'memcached:own', 'memcached:users'])
})

t.test('a spec with everything but an image is not complete', async (t) => {
  const { image: _, ...router } = Object(OURS.withDefaults({}).router)
  t.equal(OURS.complete({ ...OURS.withDefaults({}), router }), undefined)
})

t.test('the API server has no default for them, nor asks for them', async (t) => {
  const conversion = { service: { namespace: 'a', name: 'b', path: '/convert' } }
  const crd = JSON.stringify(customResourceDefinition(VERSIONS, conversion))
  for (const image of [...Object.values(IMAGES), 'x-default-image']) t.notMatch(crd, image)
  t.notMatch(crd, /"required":\[[^\]]*"image"/)
})

t.test('another default changes nothing that is stored, whatever the manifest leaves out', async (t) => {
  const before = stored({ memcached: {}, pools: [{ name: 'users' }] })
  const later: Versions = {
    ...BOTH,
    v1beta1: withDefaultImages(V1BETA1, { memcached: 'memcached:later', mcrouter: 'mcrouter:later' }),
  }
  for (const manifest of [{ pools: [{ name: 'users' }] }, { router: null, pools: [{ name: 'users' }] }])
    t.same(imagesOf(stored(manifest, before, later)), imagesOf(before))
  t.same(
    imagesOf(stored({ memcached: { image: 'memcached:own' } }, before, later)),
    [IMAGES.mcrouter, 'memcached:own'],
    'what it names is another matter',
  )
})

t.test('pools keep theirs by their names, and a new one has the default of the day', async (t) => {
  const before = stored(NAMED)
  const spec = stored({ pools: [{ name: 'locks' }, { name: 'users' }] }, before)
  t.same(imagesOf(spec), ['mcrouter:own', 'memcached:own', IMAGES.memcached, 'memcached:users'])
})

t.test('an object that was stored without any is completed by the next write', async (t) => {
  t.same(imagesOf(stored({}, { memcached: { shards: 3 } })), [IMAGES.mcrouter, IMAGES.memcached])
})

t.test('what is no object around an image is refused for what it is', async (t) => {
  for (const spec of [
    { router: 'none' },
    { memcached: [1] },
    { pools: 'none' },
    { pools: [7, { name: 3 }] },
  ]) {
    const judgement = judge(objectOf(spec), { versions: VERSIONS, stored: objectOf(stored(NAMED)) })
    t.equal(judgement.accepted, false, JSON.stringify(spec))
  }
})

t.test('a conversion brings in no default of the other version', async (t) => {
  const old = { ...objectOf({}), apiVersion: V1ALPHA3.apiVersion }
  t.same(imagesOf(Object(convert(old, V1ALPHA3, OURS).spec)), [
    'devan2502/mcrouter:latest',
    'memcached:1.5-alpine',
  ])
  const none = objectOf({ memcached: { shards: 4 } })
  const there = convert(none, OURS, V1ALPHA3)
  t.match(there.spec, { mcrouter_image: IMAGES.mcrouter, memcached_image: IMAGES.memcached })
  t.same(convert(there, V1ALPHA3, OURS), none, 'one that has none stored has none afterwards')
})

t.test('v1alpha3 has the defaults that it always had', async (t) => {
  const object = { ...objectOf({}), apiVersion: V1ALPHA3.apiVersion }
  const judgement = judge(object, {
    versions: VERSIONS,
    stored: { ...object, spec: { mcrouter_image: 'a:b' } },
  })
  t.match(judgement, { spec: { mcrouter_image: 'devan2502/mcrouter:latest' } })
  t.equal(V1BETA1.defaultImages?.memcached, 'memcached:1.6-alpine')
})
