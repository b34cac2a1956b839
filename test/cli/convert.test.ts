import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import t from 'tap'
import { runConvert } from '../../cli/convert.ts'
import { FLAGS } from '../../cli/convert-flags.ts'
import { FlagsError } from '../../process/flags.ts'
import { judge } from '../../schemas/validation/judge.ts'
import { STORED } from '../../schemas/versions.ts'
import { BOTH } from '../schemas/v1beta1/version.ts'
import { run } from './terminal.ts'

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

async function convert(argv: readonly string[], input = '') {
  const written = { out: '', error: '' }
  const code = await runConvert(
    argv,
    {
      env: {},
      input: async () => input,
      out: (text) => {
        written.out += text
      },
      error: (text) => {
        written.error += text
      },
    },
    BOTH,
  )
  return { code, ...written }
}

t.test('a Mcrouter is printed whole in the other version, and is valid there', async (t) => {
  const file = join(t.testdir({}), 'cr.yaml')
  writeFileSync(file, CACHE)
  const { code, out, error } = await convert(['-f', file, '--to=v1beta1'])
  t.same({ code, error }, { code: 0, error: '' })
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
  t.strictSame(await convert(['-f', '-', '--to', 'v1beta1'], CACHE), { code, out, error })
})

t.test('what the other version has no words for is named, kept, and comes back', async (t) => {
  const there = await convert(['-f', '-', '--to=v1alpha3'], RICH)
  t.equal(there.code, 0)
  t.match(
    there.error,
    /^Mcrouter shop\/cache: v1alpha3 cannot say all of .*spec\.memcached\.copies.*spec\.memcached\.pod.*: kept in the annotation mcrouter\.example\.com\/v1beta1\n$/,
  )
  t.match(there.error, /spec\.pools/)
  t.match(load(there.out), { spec: { memcached_pool_size: 4, pool_setup: 'sharded' } })
  const back = await convert(['-f', '-', '--to=v1beta1'], there.out)
  t.equal(back.error, '')
  const whole = await convert(['-f', '-', '--to=v1beta1'], RICH)
  t.equal(whole.error, 'Mcrouter shop/cache is of v1beta1 already\n')
  t.strictSame(load(back.out), load(whole.out))
})

t.test('what the API server added is left out', async (t) => {
  const stored = CACHE.replace(
    '{name: cache}',
    `{name: cache, namespace: shop, uid: u, resourceVersion: "7", generation: 2, labels: {a: b}, managedFields: [], annotations: {kubectl.kubernetes.io/last-applied-configuration: "{}", mine: x}}`,
  ).concat('status: {readyReplicas: 3}\n')
  const { out } = await convert(['-f', '-', '--to=v1beta1'], stored)
  const { metadata, status } = Object(load(out))
  t.strictSame(metadata, { name: 'cache', namespace: 'shop', labels: { a: 'b' }, annotations: { mine: 'x' } })
  t.equal(status, undefined)
})

t.test('several are a stream, or a List; other kinds are skipped with a word', async (t) => {
  const text = `${CACHE}---\n${CACHE.replace('name: cache', 'name: other')}---\n{apiVersion: v1, kind: Secret, metadata: {name: x}}\n`
  const yaml = await convert(['-f', '-', '--to=v1beta1'], text)
  t.equal(yaml.error, 'Skipped, being no Mcrouter: Secret x\n')
  t.equal(yaml.out.split('---\n').length, 2)
  const { out } = await convert(['-f', '-', '--to=v1beta1', '-o', 'json'], text)
  t.match(JSON.parse(out), {
    kind: 'List',
    items: [{ metadata: { name: 'cache' } }, { metadata: { name: 'other' } }],
  })
  const one = await convert(['-f', '-', '--to=v1beta1', '-o', 'json'], CACHE)
  t.match(JSON.parse(one.out), { kind: 'Mcrouter' })
})

t.test('one that is not valid is refused with all that is wrong, and nothing is printed', async (t) => {
  const ran = await convert(
    ['-f', '-', '--to=v1beta1'],
    CACHE.replace('sharded', 'shraded').replace('size: 3', 'size: 0'),
  )
  t.match(ran, {
    code: 1,
    out: '',
    error: /spec\.memcached_pool_size: .*\n.*spec\.pool_setup: .*did you mean "sharded"/,
  })
  t.match(await convert(['-f', '-'], '{apiVersion: v1, kind: Secret, metadata: {name: x}}'), {
    code: 1,
    error: /There is no Mcrouter to convert/,
  })
  t.match(await convert(['-f', '-'], 'a: ['), { code: 1, error: /^standard input:2:1: It is not YAML/ })
  t.match(await convert(['-f', '/nowhere']), { code: 1, error: /^Cannot read \/nowhere/ })
})

t.test('how it is called', async (t) => {
  await t.rejects(convert([]), FlagsError)
  await t.rejects(convert(['-f', '-', '--to=v2']), { message: '--to=v2 is not one of v1alpha3, v1beta1' })
  t.equal(FLAGS.to.fallback, STORED.name, 'the version that is stored is the one to write')
  const help = await run(['convert', '--help'])
  t.match(help, { code: 0, out: /^Usage: mcrouter-operator convert -f FILE/ })
  t.match((await run(['help', 'convert'])).out, help.out)
  t.match(await run(['convert']), { code: 2, error: /name the file with -f FILE/ })
})
