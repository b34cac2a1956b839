import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadAll } from 'js-yaml'
import t, { type Test } from 'tap'
import { digest } from '../../routing/digest.ts'
import { at } from '../support/at.ts'
import { run } from './terminal.ts'

const HEAD = 'apiVersion: mcrouter.example.com/v1alpha3\nkind: Mcrouter\n'
const CACHE = `${HEAD}metadata: {name: cache}\nspec: {pool_setup: sharded}\n`

t.test('render prints manifests, of a file or of standard input', async (t) => {
  const file = join(t.testdir({}), 'cr.yaml')
  writeFileSync(file, CACHE)
  const fromFile = await run(['render', '-f', file])
  t.equal(fromFile.code, 0)
  t.same(await run(['render', '-f', '-'], CACHE), fromFile)
  t.equal(loadAll(fromFile.out).length, 7)
})

t.test('-n is the namespace of a Mcrouter that names none', async (t) => {
  const namespaces = async (argv: string[], text: string) =>
    new Set(
      loadAll((await run(['render', '-f', '-', ...argv], text)).out).map((one) =>
        at(one, 'metadata', 'namespace'),
      ),
    )
  t.same(await namespaces([], CACHE), new Set(['default']))
  t.same(await namespaces(['-n', 'shop'], CACHE), new Set(['shop']))
  t.same(
    await namespaces(['-n', 'shop'], CACHE.replace('cache}', 'cache, namespace: own}')),
    new Set(['own']),
  )
})

t.test("--show config is mcrouter's configuration, byte for byte, and -o json has its digest", async (t) => {
  const { out: config } = await run(['render', '-f', '-', '--show', 'config'], CACHE)
  const { out: json } = await run(['render', '-f', '-', '-o', 'json'], CACHE)
  t.equal(at(JSON.parse(json), 0, 'digest'), digest(config))
  t.equal(at(JSON.parse(json), 0, 'config'), config)
})

t.test('--cluster-domain is in the names of the servers', async (t) => {
  const { out } = await run(
    ['render', '-f', '-', '--show', 'config', '--cluster-domain', 'k8s.example.org'],
    CACHE,
  )
  t.match(out, '.svc.k8s.example.org:11211')
})

t.test('an invalid Mcrouter ends with 1 and every violation, a line each', async (t) => {
  const bad = `${HEAD}metadata: {name: bad}\nspec: {pool_setup: shraded, mcrouter_port: 80, memcached_pool_sise: 3}\n`
  const { code, out, error } = await run(['render', '-f', '-'], `${CACHE}---\n${bad}`)
  t.equal(code, 1)
  t.equal(out, '', 'nothing of the valid one either')
  const lines = error.trimEnd().split('\n')
  t.equal(lines.length, 3)
  for (const line of lines) t.match(line, /^standard input: Mcrouter default\/bad: spec\.\w+: /)
})

t.test('what cannot be read ends with 1 and its place', async (t) => {
  t.match(await run(['render', '-f', '-'], 'a: b: c\n'), {
    code: 1,
    out: '',
    error: /^standard input:1:5: It is not YAML/,
  })
  t.match(await run(['render', '-f', '/no/such/file']), {
    code: 1,
    out: '',
    error: /^Cannot read \/no\/such\/file: /,
  })
})

t.test('what is legal but regrettable is warned about on standard error', async (t) => {
  const text = CACHE.replace('spec: {', 'spec: {mcrouter_replicas: 1, ')
  const { code, error } = await run(['render', '-f', '-'], text)
  t.equal(code, 0)
  t.match(error, /^Warning: Mcrouter default\/cache: .+\n$/)
})

/** A directory with three Mcrouters, one of them deeper, and a file that is none. */
function directory(t: Test): string {
  const named = (name: string) => CACHE.replace('cache}', `${name}}`)
  return t.testdir({
    'b.yml': named('b'),
    'a.yaml': named('a'),
    'README.md': 'no YAML: [',
    deeper: {
      'c.json': '{"apiVersion":"mcrouter.example.com/v1alpha3","kind":"Mcrouter","metadata":{"name":"c"}}',
    },
  })
}

/** Of the routers' Deployments, in order. */
function names(out: string): unknown[] {
  return loadAll(out)
    .filter((one) => at(one, 'kind') === 'Deployment')
    .map((one) => at(one, 'metadata', 'name'))
}

t.test('-f may be given several times, and may be a directory, with -R and all in it', async (t) => {
  const root = directory(t)
  const render = async (...argv: string[]) => names((await run(['render', ...argv], CACHE)).out)
  t.same(await render('-f', join(root, 'b.yml'), '-f', '-', '-f', join(root, 'a.yaml')), ['b', 'cache', 'a'])
  t.same(await render('-f', root), ['a', 'b'])
  t.same(await render('-R', '-f', root), ['a', 'b', 'c'])
  t.match(await run(['render', '-f', join(root, 'a.yaml'), '-f', root]), {
    code: 1,
    error: /a\.yaml: Mcrouter default\/a: metadata\.name: Duplicate value/,
  })
  t.match(await run(['render', '-f', t.testdir({ empty: {} })]), {
    code: 1,
    error: /no \.yaml.* -R looks into/,
  })
  t.match(await run(['render', '-f', '-', '-f', '-']), { code: 2, error: /-f - is there twice/ })
})

const STREAM = `apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n${CACHE}---\nkind: Secret\napiVersion: v1\nmetadata: {name: "on"}\ndata: {a: "1e3"}\n`

t.test('objects of other kinds are skipped with a word, or passed on', async (t) => {
  const skipped = await run(['render', '-f', '-'], STREAM)
  t.equal(skipped.code, 0)
  t.equal(
    skipped.error,
    'Skipped, being no Mcrouter: Namespace shop, Secret on; --others=pass passes such objects on\n',
  )
  t.equal(loadAll(skipped.out).length, 7)
  const passed = await run(['render', '-f', '-', '--others=pass'], STREAM)
  t.match(passed, { code: 0, error: '' })
  const [namespace, secret, ...rest] = loadAll(passed.out)
  t.same(namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
  t.same(secret, { kind: 'Secret', apiVersion: 'v1', metadata: { name: 'on' }, data: { a: '1e3' } })
  t.equal(rest.length, 7)
  t.match(await run(['render', '-f', '-', '--others=pass', '-o', 'json'], STREAM), {
    code: 2,
    error: /leave out/,
  })
})

t.test('a stream of nothing but other kinds does not fail; an empty one does', async (t) => {
  const stream = STREAM.replace(CACHE, '')
  const skipped = await run(['render', '-f', '-'], stream)
  t.match(skipped, { code: 0, out: '', error: /^Skipped, being no Mcrouter: Namespace shop, Secret on; / })
  const passed = await run(['render', '-f', '-', '--others=pass'], stream)
  t.match(passed, { code: 0, error: '', out: /^kind: Namespace$[\s\S]*^kind: Secret$/m })
  t.match(await run(['render', '-f', '-'], '---\n'), { code: 1, error: /There is no Mcrouter in it/ })
})

t.test('a stream as large as a cluster is read', async (t) => {
  const pod = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: large}\ndata: {a: ${'x'.repeat(10_000)}}\n---\n`
  const { code, error } = await run(['render', '-f', '-'], pod.repeat(200) + CACHE)
  t.equal(code, 0)
  t.match(error, /and 195 more; /)
})
