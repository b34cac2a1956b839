import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { run } from './terminal.ts'

const HEAD = 'apiVersion: mcrouter.example.com/v1alpha3\nkind: Mcrouter\n'
const CACHE = `${HEAD}metadata: {name: cache}\nspec: {pool_setup: sharded, memcached_pool_size: 3}\n`
const WHERE = 'svc.cluster.local:11211'

t.test('explain tells which server a key is on, and why', async (t) => {
  const file = join(t.testdir({}), 'cr.yaml')
  writeFileSync(file, CACHE)
  const ran = await run(['explain', '-f', file, '--key', 'user:42', '--op', 'set'])
  t.strictSame(ran, {
    code: 0,
    error: '',
    out: `Mcrouter default/cache: set "user:42"
  by operation: the default policy
  pool memcached: Ch3 of "user:42" over 3 is 1 (the bits of its MurmurHash64A d4b05408142ff933 draw 1)
  cache-memcached-1.cache-memcached.default.${WHERE}
`,
  })
  t.strictSame(await run(['explain', '-f', '-', '-k', 'user:42', '--op=set'], CACHE), ran)
})

t.test('get is the operation, unless another is named; -o json is for programs', async (t) => {
  const { out } = await run(['explain', '-f', '-', '-k', 'user:42', '-o', 'json', '-n', 'shop'], CACHE)
  t.match(JSON.parse(out), [
    {
      name: 'cache',
      namespace: 'shop',
      operation: 'get',
      key: 'user:42',
      servers: [`cache-memcached-1.cache-memcached.shop.${WHERE}`],
      explanation: { kind: 'policy', next: { kind: 'failover', after: 'error' } },
    },
  ])
})

t.test('--zone goes with a key, and is one that a node could be in', async (t) => {
  const asked = (...more: string[]) => run(['explain', '-f', '-', ...more], CACHE)
  t.match(await asked('-k', 'a', '--zone=eu-1a'), { code: 0, out: /^Mcrouter default\/cache: get "a"\n/ })
  t.match(await asked('-k', 'a', '--zone=a b'), {
    code: 2,
    error: /--zone: "a b" must be the value of a label/,
  })
  t.match(await asked('--before=x', '--zone=a'), { code: 2, error: /--zone goes with --key/ })
})

t.test('several Mcrouters are explained, other kinds are skipped with a word', async (t) => {
  const text = `${CACHE}---\n${CACHE.replace('cache}', 'other}')}---\n{apiVersion: v1, kind: Secret, metadata: {name: x}}\n`
  const { code, out, error } = await run(['explain', '-f', '-', '-k', 'a'], text)
  t.equal(code, 0)
  t.match(out, /^Mcrouter default\/cache: get "a"\n.*\n\nMcrouter default\/other: get "a"\n/s)
  t.equal(error, 'Skipped, being no Mcrouter: Secret x\n')
})

t.test('--before tells which share of the keys moves, from where to where', async (t) => {
  const before = join(t.testdir({}), 'before.yaml')
  writeFileSync(before, CACHE.replace('size: 3', 'size: 2'))
  const server = (index: number) => `cache-memcached-${index}.cache-memcached.default.${WHERE}`
  t.strictSame(await run(['explain', '-f', '-', '--before', before], CACHE), {
    code: 0,
    error: '',
    out: `Mcrouter default/cache, pool main: 2 → 3 servers
  1/3 of the keys (33.33 %) are looked for on another server
  from
  - ${server(0)} 1/6
  - ${server(1)} 1/6
  to
  - ${server(2)} 1/3
`,
  })
  const { out } = await run(['explain', '-f', '-', '--before', before, '-o', 'json'], CACHE)
  t.match(JSON.parse(out), [{ pool: 'main', before: 2, after: 3, moved: { numerator: 1, denominator: 3 } }])
  t.match(await run(['explain', '-f', before, '--before=-'], CACHE.replace('size: 3', 'size: 2')), {
    out: / 2 → 2 servers\n {2}no key is looked for on another server\n$/,
  })
  t.match(await run(['explain', '-f', before, '--before=-'], CACHE.replace('name: cache', 'name: other')), {
    code: 1,
    error: /No Mcrouter is in both/,
  })
  t.match(await run(['explain', '-f', before, '--before', '-'], CACHE.replace('sharded', 'shraded')), {
    code: 1,
    error: /^standard input: Mcrouter default\/cache: spec\.pool_setup: .*did you mean "sharded"/,
  })
})

t.test('what is in one of both only is named, and moves nothing', async (t) => {
  const before = join(t.testdir({}), 'before.yaml')
  const named = (...names: string[]) =>
    names.map((name) => CACHE.replace('name: cache', `name: ${name}`)).join('---\n')
  writeFileSync(before, named('cache', 'old'))
  t.match(await run(['explain', '-f', '-', '--before', before, '-n', 'prod'], named('new', 'cache')), {
    code: 0,
    error: /^Not in both: Mcrouter prod\/new, Mcrouter prod\/old\n$/,
    out: /^Mcrouter prod\/cache, pool main: 3 → 3 servers\n[^M]*$/,
  })
  const many = Array.from({ length: 9 }, (_, index) => `new${index}`)
  const { error } = await run(['explain', '-f', '-', '--before', before], named('cache', 'old', ...many))
  t.match(error, /^Not in both: Mcrouter default\/new0, .*new4 and 4 more\n$/)
})

t.test('it has the flags that change what it prints, and promises shares and no keys', async (t) => {
  const { out } = await run(['explain', '--help'])
  t.match(out, '--cluster-domain')
  t.notMatch(out, /inherit|restart/)
  t.match(out.replaceAll(/\s+/g, ' '), 'which share of the keys moves when a Mcrouter changes')
  t.match(
    out,
    'Exit code: 0; 1 when a file cannot be read, a Mcrouter is not valid, or none is in both; 2 when',
  )
  t.match(await run(['explain', '-f', '-', '-k', 'a', '--inherit-labels=team'], CACHE), { code: 2 })
  t.match((await run(['help'])).out, 'which share of the keys moves when a Mcrouter changes')
})

t.test('what cannot be read or is not valid ends with 1, as of render', async (t) => {
  for (const [argv, text, error] of [
    [['-f', '-'], CACHE.replace('sharded', 'shraded'), /spec\.pool_setup: .*did you mean "sharded"/],
    [['-f', '-'], 'a: b: c\n', /^standard input:1:5: It is not YAML/],
    [['-f', '/no/such/file'], '', /^Cannot read \/no\/such\/file: /],
    [['-f', '-'], '{apiVersion: v1, kind: Secret, metadata: {name: x}}', /There is no Mcrouter to explain/],
  ] as const) {
    t.match(await run(['explain', ...argv, '-k', 'a'], text), { code: 1, out: '', error })
  }
})

t.test('what is called wrongly ends with 2 and says how it is done', async (t) => {
  for (const [argv, error] of [
    [['-k', 'a'], /name the file with -f FILE/],
    [['-f', '-'], /give either --key=KEY or --before=FILE; see mcrouter-operator explain --help/],
    [['-f', '-', '-k', 'a', '--before', 'b'], /give either/],
    [['-f', '-', '-k', ''], /--key: "" must not be empty/],
    [['-f', '-', '-k', 'a b'], /--key: "a b" must have no spaces/],
    [['-f', '-', '-k', 'a\u001b[2J'], /--key: "a\\u001b\[2J" must have no spaces/],
    [['-f', '-', '-k', 'x'.repeat(251)], /at most 250 bytes/],
    [['-f', '-', '-k', 'a', '--op', 'mget'], /--op=mget is not one of get, gets, /],
    [['-f', '-', '--before', 'b', '--op', 'get'], /--op goes with --key/],
    [['-f', '-', '--before', '-'], /standard input can be read once/],
    [['-f', '-', '--before='], /name the file with --before=FILE/],
    [['-f', '-', '-k', 'a', '-o', 'yaml'], /--output=yaml is not one of text, json/],
  ] as const) {
    t.match(await run(['explain', ...argv], CACHE), { code: 2, out: '', error })
  }
})

t.test('docs/operations.md shows what is printed', async (t) => {
  const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8')
  const [, section = ''] = page.split('## Where a key is\n')
  const pages = readFileSync(new URL('../../examples/sharded.yaml', import.meta.url), 'utf8')
  const directory = t.testdir({
    'changed.yaml': pages.replace('memcached_pool_size: 4', 'memcached_pool_size: 5'),
    examples: { 'sharded.yaml': pages },
  })
  const shown = [...section.matchAll(/^```\n\$ mcrouter-operator (explain .*)\n([^`]*)```$/gm)].slice(0, 2)
  t.equal(shown.length, 2)
  for (const [, command = '', output] of shown) {
    const argv = command.split(' ').map((word) => word.replace(/([\w/]+\.yaml)$/, `${directory}/$1`))
    t.strictSame(await run(argv), { code: 0, out: output, error: '' })
  }
})
