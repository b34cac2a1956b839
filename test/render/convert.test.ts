import { load } from 'js-yaml'
import t from 'tap'
import { convertAll, printConverted } from '../../render/convert.ts'
import { render } from '../../render/index.ts'
import { judge } from '../../schemas/validation/judge.ts'
import { BOTH } from '../schemas/v1beta1/version.ts'

const CACHE = `apiVersion: mcrouter.example.com/v1alpha3
kind: Mcrouter
metadata: {name: cache}
spec: {pool_setup: sharded, memcached_pool_size: 3, memcachedImage: "memcached:1.6.0", memcached_max_item_size: 32m}
`
const RICH = `apiVersion: mcrouter.example.com/v1beta1
kind: Mcrouter
metadata: {name: cache, namespace: shop}
spec:
  memcached: {shards: 4, copies: 2, pod: {labels: {team: shop}}}
  pools: [{name: locks, copies: 3}]
`

/** What is printed of a text, the notes, and what else was in it. */
function convert(to: string, text: string, output: 'yaml' | 'json' = 'yaml') {
  const conversion = convertAll([{ name: 'a text', text }], { namespace: 'default', to, versions: BOTH })
  if (conversion.kind !== 'converted') throw new Error(JSON.stringify(conversion))
  const { converted, others } = conversion
  const notes = converted.flatMap(({ note }) => (note === undefined ? [] : [note]))
  return { out: printConverted(converted, output), notes, others: others.map(({ subject }) => subject) }
}

t.test('a Mcrouter is printed whole in the other version, and is valid there', async (t) => {
  const { out, notes } = convert('v1beta1', CACHE)
  t.same(notes, [])
  const object = Object(load(out))
  t.match(object, {
    apiVersion: 'mcrouter.example.com/v1beta1',
    kind: 'Mcrouter',
    metadata: { name: 'cache' },
    spec: {
      memcached: { shards: 3, copies: 1, image: 'memcached:1.6.0', maxItemSize: '32Mi' },
      router: { release: '37' },
    },
  })
  t.notOk('annotations' in object.metadata, 'also where the spelling is another')
  t.ok(judge(object, { versions: BOTH, source: 'file' }).accepted)
})

t.test('what is printed says the size of a pool once, so that one number changes it', async (t) => {
  for (const [text, changed] of [
    [CACHE, { shards: 5, copies: 1 }],
    [CACHE.replace('sharded', 'replicated'), { shards: 1, copies: 5 }],
    [CACHE.replace('sharded', 'replicated').replace('size: 3', 'size: 1'), { shards: 1, copies: 5 }],
  ] as const) {
    const object = Object(load(convert('v1beta1', text).out))
    t.notOk('replicas' in object.spec.memcached)
    Object.assign(object.spec.memcached, changed)
    const judgement = judge(object, { versions: BOTH, source: 'file' })
    t.match(judgement, { accepted: true, mcrouter: { pools: [changed] } })
    t.notMatch(JSON.stringify(judgement), 'which memcached.replicas says')
  }
})

t.test('what the other version has no words for is named, kept, and comes back', async (t) => {
  const there = convert('v1alpha3', RICH)
  t.match(
    there.notes.join(),
    /^Mcrouter shop\/cache: v1alpha3 cannot say all of .*spec\.memcached\.copies.*spec\.memcached\.pod.*: kept in the annotation mcrouter\.example\.com\/v1beta1$/,
  )
  t.match(there.notes.join(), /spec\.pools/)
  t.match(load(there.out), { spec: { memcached_pool_size: 4, pool_setup: 'sharded' } })
  const back = convert('v1beta1', there.out)
  t.same(back.notes, [])
  const whole = convert('v1beta1', RICH)
  t.same(whole.notes, ['Mcrouter shop/cache is of v1beta1 already'])
  t.strictSame(load(back.out), load(whole.out))
})

t.test('what the API server added is left out', async (t) => {
  const stored = CACHE.replace(
    '{name: cache}',
    `{name: cache, namespace: shop, uid: u, resourceVersion: "7", generation: 2, labels: {a: b}, managedFields: [], annotations: {kubectl.kubernetes.io/last-applied-configuration: "{}", mine: x}}`,
  ).concat('status: {readyReplicas: 3}\n')
  const { out } = convert('v1beta1', stored)
  const { metadata, status } = Object(load(out))
  t.strictSame(metadata, { name: 'cache', namespace: 'shop', labels: { a: 'b' }, annotations: { mine: 'x' } })
  t.equal(status, undefined)
})

t.test('several are a stream, or a List; other kinds are named', async (t) => {
  const text = `${CACHE}---\n${CACHE.replace('name: cache', 'name: other')}---\n{apiVersion: v1, kind: Secret, metadata: {name: x}}\n`
  const yaml = convert('v1beta1', text)
  t.same(yaml.others, ['Secret x'])
  t.equal(yaml.out.split('---\n').length, 2)
  const { out } = convert('v1beta1', text, 'json')
  t.match(JSON.parse(out), {
    kind: 'List',
    items: [{ metadata: { name: 'cache' } }, { metadata: { name: 'other' } }],
  })
  const one = convert('v1beta1', CACHE, 'json')
  t.match(JSON.parse(one.out), { kind: 'Mcrouter' })
})

t.test('what it expands to stays as it is, to the letter', async (t) => {
  const manifests = (object: unknown) => {
    const judgement = judge(Object(object), { versions: BOTH, source: 'file' })
    if (!judgement.accepted) throw new Error(JSON.stringify(judgement.violations))
    return render(judgement.mcrouter, { clusterDomain: 'cluster.local' }).manifests
  }
  for (const text of [
    CACHE,
    CACHE.replace('sharded', 'replicated'),
    CACHE.replace(', memcached_max_item_size: 32m', ''),
  ]) {
    t.strictSame(manifests(load(convert('v1beta1', text).out)), manifests(load(text)))
  }
})
