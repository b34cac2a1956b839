import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import t from 'tap'
import { FLAGS } from '../../cli/convert-flags.ts'
import { STORED } from '../../schemas/versions.ts'
import { run } from './terminal.ts'

const CACHE = `apiVersion: mcrouter.example.com/v1alpha3
kind: Mcrouter
metadata: {name: cache}
spec: {pool_setup: sharded, memcached_pool_size: 3, memcachedImage: "memcached:1.6.0", memcached_max_item_size: 32m}
`

t.test('Mcrouters of files, directories and standard input are printed', async (t) => {
  const directory = t.testdir({})
  const file = join(directory, 'cr.yaml')
  writeFileSync(file, CACHE)
  const ran = await run(['convert', '-f', file])
  t.equal(ran.code, 0)
  t.match(load(ran.out), { apiVersion: STORED.apiVersion, kind: 'Mcrouter', metadata: { name: 'cache' } })
  t.strictSame(await run(['convert', '-f', directory]), ran)
  t.strictSame(await run(['convert', '-f', '-'], CACHE), ran)
  const { out } = await run(['convert', '-f', '-', '-o', 'json'], CACHE)
  t.strictSame(JSON.parse(out), load(ran.out))
})

t.test('what is to be known about one is said beside what is printed', async (t) => {
  const text = `${CACHE}---\n{apiVersion: v1, kind: Secret, metadata: {name: x}}\n`
  const ran = await run(['convert', '-f', '-', '--to=v1alpha3'], text)
  t.match(ran, {
    code: 0,
    error: 'Skipped, being no Mcrouter: Secret x\nMcrouter cache is of v1alpha3 already\n',
  })
  t.match(load(ran.out), { spec: { memcached_image: 'memcached:1.6.0' } })
})

t.test('one that is not valid is refused with all that is wrong, and nothing is printed', async (t) => {
  const ran = await run(
    ['convert', '-f', '-'],
    CACHE.replace('sharded', 'shraded').replace('size: 3', 'size: 0'),
  )
  t.match(ran, {
    code: 1,
    out: '',
    error: /spec\.memcached_pool_size: .*\n.*spec\.pool_setup: .*did you mean "sharded"/,
  })
  t.match(await run(['convert', '-f', '-'], '{apiVersion: v1, kind: Secret, metadata: {name: x}}'), {
    code: 1,
    error: /There is no Mcrouter to convert/,
  })
  t.match(await run(['convert', '-f', '-'], 'a: ['), {
    code: 1,
    error: /^standard input:2:1: It is not YAML/,
  })
  t.match(await run(['convert', '-f', '/nowhere']), { code: 1, error: /^Cannot read \/nowhere/ })
})

t.test('how it is called', async (t) => {
  t.match(await run(['convert', '-f', '-', '--to=v2']), { code: 2, error: /--to=v2 is not one of v1alpha3/ })
  t.equal(FLAGS.to.fallback, STORED.name, 'the version that is stored is the one to write')
  const help = await run(['convert', '--help'])
  t.match(help, { code: 0, out: /^Usage: mcrouter-operator convert -f FILE/ })
  t.match((await run(['help', 'convert'])).out, help.out)
  t.match(await run(['convert']), { code: 2, error: /name the file with -f FILE/ })
})

t.test('an image that is none is said to be that', async (t) => {
  const { code, error } = await run(['convert', '-f', '-', '--default-memcached-image=UPPER'], CACHE)
  t.equal(code, 2)
  t.match(error, /--default-memcached-image: "UPPER" is not an image reference/)
})
