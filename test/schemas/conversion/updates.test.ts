import t from 'tap'
import type { ApiVersion } from '../../../schemas/api-version.ts'
import { convert } from '../../../schemas/conversion/convert.ts'
import { judgeStored } from '../../../schemas/conversion/stored-form.ts'
import { unsaidLayout } from '../../../schemas/conversion/unsaid-layout.ts'
import { isJsonObject, type JsonObject } from '../../../schemas/json.ts'
import { LONGEST_KEPT } from '../../../schemas/kept-spec.ts'
import { V1ALPHA3 } from '../../../schemas/v1alpha3/version.ts'
import { V1BETA1 } from '../../../schemas/v1beta1/version.ts'
import { judge } from '../../../schemas/validation/judge.ts'
import { specUnchanged } from '../../../schemas/validation/unchanged.ts'
import { KIND, specAnnotation } from '../../../schemas/well-known.ts'

// Updates of v1beta1 objects that are written through v1alpha3.

const KEPT = specAnnotation(V1BETA1)

function mcrouter(version: ApiVersion, spec: JsonObject, annotations: JsonObject = {}): JsonObject {
  const metadata = { name: 'cache', namespace: 'shop', annotations }
  return { apiVersion: version.apiVersion, kind: KIND, metadata, spec: version.withDefaults(spec) }
}

const older = (object: JsonObject) => convert(object, V1BETA1, V1ALPHA3)
const newer = (object: JsonObject) => convert(object, V1ALPHA3, V1BETA1)

function edited(object: JsonObject, spec: JsonObject, annotations?: JsonObject): JsonObject {
  const metadata = { ...Object(object.metadata), ...(annotations && { annotations }) }
  return { ...object, metadata, spec: { ...Object(object.spec), ...spec } }
}

function annotationsOf({ metadata }: JsonObject): JsonObject {
  return isJsonObject(metadata) && isJsonObject(metadata.annotations) ? metadata.annotations : {}
}

function said(object: JsonObject, stored?: JsonObject): string[] {
  const judgement = judgeStored(object, { ...(stored && { stored }) })
  return judgement.accepted ? [] : judgement.violations.map(({ path, message }) => `${path}: ${message}`)
}

/** A thousand servers of others, of which v1alpha3 would make own ones. */
function external(): JsonObject {
  const hosts = Array.from({ length: 1000 }, (_, index) => ({
    host: `cache-${index}.memcached.data.example.com`,
    port: 11_211,
    tls: false,
  }))
  return { memcached: { external: hosts } }
}

t.test('a spec that no annotation can keep is refused, and one of v1alpha3 is not', async (t) => {
  const long = mcrouter(V1BETA1, external())
  t.ok(Buffer.byteLength(JSON.stringify(long.spec)) > LONGEST_KEPT)
  t.match(said(long), [/^spec: Invalid value: an object of \d+ bytes as JSON: must have at most 65536/])
  t.same(said(mcrouter(V1BETA1, { memcached: { external: [{ host: 'a.example.com' }] } })), [])
  t.ok(judge(mcrouter(V1ALPHA3, { of_later: 'x'.repeat(LONGEST_KEPT) })).accepted)
})

t.test('where one cannot be kept all the same, what is seen of it cannot be written back', async (t) => {
  const full = { a: 'x'.repeat(255 * 1024) }
  const unkept: [string, JsonObject][] = [
    ['too long', mcrouter(V1BETA1, external())],
    ['no room', mcrouter(V1BETA1, { memcached: { copies: 2, shards: 3, args: ['x'.repeat(2048)] } }, full)],
  ]
  for (const [name, object] of unkept) {
    const seen = older(object)
    t.strictSame(annotationsOf(seen), annotationsOf(object), name)
    const refusals = said(edited(seen, { node_selector: { disk: 'ssd' } }), seen)
    t.match(refusals.join('\n'), /spec\.mcrouter_release: .*"too large for v1alpha3: read and write v1beta1"/)
    const back = newer(seen)
    t.match(said(back).join('\n'), /spec\.router\.release: .*"too large for v1alpha3/, 'nor is it acted on')
    const manifest = { mcrouter_release: 'current', mcrouter_image: 'mcrouter:1' }
    t.not(said(edited(seen, manifest), seen).length, 0, 'nor with some of it written anew')
  }
  const foreign = { ...V1ALPHA3.withDefaults({}), of_later: 'x'.repeat(LONGEST_KEPT) }
  const converted = newer(mcrouter(V1ALPHA3, foreign))
  t.match(
    said(converted).join('\n'),
    /spec\.router\.release: .*"too large for v1beta1: read and write v1alpha3"/,
  )
})

t.test(
  'an update that takes away what was kept is refused, also where it leaves the spec alone',
  async (t) => {
    const pools = [{ name: 'users', shards: 2 }]
    const seen = older(mcrouter(V1BETA1, { pools, prefixes: [{ prefix: 'user:', pool: 'users' }] }))
    const kept = annotationsOf(seen)
    t.ok(KEPT in kept)
    for (const annotations of [{}, { [KEPT]: '{}' }, { [KEPT]: '' }]) {
      for (const spec of [{}, { memcached_pool_size: 5 }]) {
        const written = edited(seen, spec, annotations)
        t.match(said(written, seen), [
          /^metadata\.annotations\["mcrouter\.example\.com\/v1beta1"\]: Forbidden: .*: keep the annotation mcrouter\.example\.com\/v1beta1 as it is, or write v1beta1$/,
        ])
        t.equal(specUnchanged(written, seen), false)
      }
    }
    t.same(said(edited(seen, { memcached_pool_size: 5 }), seen), [])
    t.same(said(edited(seen, {}, { ...kept, team: 'shop' }), seen), [])
    t.equal(specUnchanged(edited(seen, {}, { ...kept, team: 'shop' }), seen), true)
  },
)

t.test('what is only said in other words may go with its annotation, and nobody is asked', async (t) => {
  const plain = newer(mcrouter(V1ALPHA3, { pool_setup: 'sharded', memcached_pool_size: 3 }))
  const seenWith = (memcached: JsonObject, spec: JsonObject = {}) => {
    const main = Object(Object(plain.spec).memcached)
    return older(edited(plain, { memcached: { ...main, ...memcached }, ...spec }))
  }
  const manifest = (spec: JsonObject) => mcrouter(V1ALPHA3, spec)
  for (const words of [{ memory: '262144Ki' }, { pod: {} }, { pod: { labels: {} } }]) {
    const seen = seenWith(words)
    t.ok(KEPT in annotationsOf(seen), 'the words are kept')
    t.same(said(manifest({ pool_setup: 'sharded', memcached_pool_size: 3 }), seen), [])
    t.same(said(manifest({ pool_setup: 'replicated', memcached_pool_size: 5 }), seen), [])
  }
  for (const seen of [seenWith({ pod: {} }, { paused: true }), seenWith({ pod: {}, writes: 'Strict' })]) {
    t.match(said(manifest({}), seen), [/^metadata\.annotations.* no words for/])
  }
  const broken = JSON.stringify({ memcached: { memory: 'much' }, pools: [{ name: 'users' }] })
  const unsound = mcrouter(V1ALPHA3, {}, { [KEPT]: broken })
  t.match(said(manifest({}), unsound), [/no words for/], 'of what is not sound nobody can tell')
})

t.test('who adds such an annotation, or takes out one that keeps nothing, is not refused', async (t) => {
  const plain = mcrouter(V1ALPHA3, {})
  const marked = edited(plain, {}, { [KEPT]: '{"memcached":{}}' })
  t.same(said(marked, plain), [])
  t.equal(specUnchanged(marked, plain), false, 'but judged: it would be stored')
  const junk = edited(plain, {}, { [KEPT]: 'mine' })
  t.same(said(plain, junk), [])
  t.equal(specUnchanged(plain, junk), true)
})

t.test('the size of a pool of which another version has but one number is not changed there', async (t) => {
  const mixed = { shards: 3, copies: 4 }
  const servers = ['a', 'b', 'c'].map((host) => ({ host: `${host}.example.com`, port: 11_211, tls: false }))
  const refused = (memcached: JsonObject, spec: JsonObject, through = V1ALPHA3) => {
    const stored = mcrouter(V1BETA1, { memcached })
    const before = older(stored)
    const update = { before, now: edited(before, spec), through }
    return unsaidLayout(stored, update, V1BETA1).map(({ path, message }) => `${path}: ${message}`)
  }
  const why =
    /Forbidden: the pool has 3 shards x 4 copies, which v1alpha3 has no words for: write v1beta1, and change memcached\.shards and memcached\.copies there$/
  t.match(refused(mixed, { memcached_pool_size: 1 }), [/^spec\.memcached_pool_size: /])
  t.match(refused(mixed, { memcached_pool_size: 600 }), [why])
  t.match(refused(mixed, { pool_setup: 'replicated' }), [why])
  t.match(refused({ external: servers }, { memcached_pool_size: 5 }), [
    /^spec\.memcached_pool_size: Forbidden: the pool has 3 external servers, .* change memcached\.external there$/,
  ])
  t.match(refused({ external: servers }, { pool_setup: 'replicated' }), [/3 external servers/])
  for (const memcached of [mixed, { external: servers }]) {
    t.same(refused(memcached, { memcached_memory_mb: 512 }), [])
    t.same(refused(memcached, {}), [])
  }
  t.same(refused({ shards: 3, copies: 1 }, { memcached_pool_size: 5 }), [])
  t.same(refused({ shards: 1, copies: 3 }, { memcached_pool_size: 5, pool_setup: 'sharded' }), [])
  t.same(refused(mixed, { memcached_pool_size: 5 }, V1BETA1), [], 'which has the words')
})
