import fc from 'fast-check'
import { loadAll } from 'js-yaml'
import t from 'tap'
import { expand } from '../../render/expand.ts'
import type { Expansion, Refusal, Rendered } from '../../render/expansion.ts'
import { requestLimits } from '../../render/parse-objects.ts'
import { print } from '../../render/print.ts'
import { effort } from '../../testing/effort.ts'

const HEAD = 'apiVersion: mcrouter.example.com/v1alpha3\nkind: Mcrouter\n'
const CACHE = `${HEAD}metadata: {name: cache}\nspec: {pool_setup: replicated}\n`

t.test('a Mcrouter is what it expands to, with the defaults filled in', async (t) => {
  const [one, ...others] = renderedOf(run(CACHE))
  t.same(others, [])
  t.match(one, {
    mcrouter: { name: 'cache', pools: [{ shards: 1, copies: 2 }] },
    rendering: { manifests: { length: 7 } },
  })
})

t.test('YAML and JSON, several documents, empty ones, Lists and Lists in Lists are taken', async (t) => {
  const json = (name: string) =>
    `{"apiVersion":"mcrouter.example.com/v1alpha3",\n\t"kind":"Mcrouter","metadata":{"name":"${name}"},"spec":{}}`
  const text = [
    '# only a comment',
    CACHE,
    json('tabs'),
    `apiVersion: v1\nkind: List\nitems:\n- ${json('one')}\n- {kind: McrouterList, items: [${json('two')}]}`,
    '',
  ].join('\n---\n')
  t.same(names(run(text)), ['cache', 'tabs', 'one', 'two'])
})

t.test('a Mcrouter without a namespace is in the one that was asked for', async (t) => {
  const namespaces = (text: string) => renderedOf(run(text)).map(({ mcrouter }) => mcrouter.namespace)
  t.same(namespaces(CACHE), ['asked-for'])
  t.same(namespaces(CACHE.replace('cache}', 'cache, namespace: ""}')), ['asked-for'])
  t.same(namespaces(CACHE.replace('cache}', 'cache, namespace: own}')), ['own'])
})

t.test('one refused Mcrouter refuses the text, and every violation of every one is told', async (t) => {
  const bad = `${HEAD}metadata: {name: bad}\nspec: {pool_setup: shraded, memcached_port: 80}\n`
  const worse = `${HEAD}metadata: {name: worse, namespace: own}\nspec: {memcached_pool_sise: 3}\n`
  const refusals = refusalsOf(run([CACHE, bad, worse].join('---\n')))
  t.same(
    refusals.map(({ subject }) => subject),
    ['Mcrouter asked-for/bad', 'Mcrouter own/worse'],
  )
  t.same(paths(refusals[0]).toSorted(), ['spec.memcached_port', 'spec.pool_setup'])
  t.match(refusals[0]?.violations.map(({ message }) => message).join(), /did you mean "sharded"\?/)
  t.same(paths(refusals[1]), ['spec.memcached_pool_sise'], 'an unknown field is a misspelt one')
  t.match(refusals[1]?.violations[0]?.message, /memcached_pool_size/)
})

t.test('what is no Mcrouter is refused by its place in the text', async (t) => {
  const refusals = refusalsOf(run(`${CACHE}---\nkind: Namespace\n---\n- 3\n---\njust text\n---\n{}\n`))
  t.same(
    refusals.map(({ subject }) => subject),
    ['document 2', 'document 3', 'document 4', 'document 5'],
  )
  for (const refusal of refusals) t.same(paths(refusal), ['kind'])
})

t.test('a misspelt kind is one whatever may stand beside a Mcrouter, with the right one', async (t) => {
  for (const head of [
    HEAD.replace('Mcrouter', 'MCRouter'),
    HEAD.replace('Mcrouter', 'McRouters'),
    'apiVersion: v1\nkind: mcrouter\n',
  ]) {
    const [refusal] = refusalsOf(run(`${head}metadata: {name: cache}\n`, 'allow'))
    t.match(refusal?.violations[0]?.message, /^Unsupported value: ".+"; did you mean Mcrouter\?$/, head)
  }
})

t.test('objects of other kinds are kept as they came where they may be there', async (t) => {
  const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\n'
  const expansion = run(`${service}---\n${CACHE}---\nkind: Odd\n`, 'allow')
  t.same(names(expansion), ['cache'])
  t.match(expansion, {
    others: [
      { subject: 'Service web', value: { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } } },
      { subject: 'document 3', value: { kind: 'Odd' } },
    ],
  })
  t.match(run(service, 'allow'), { kind: 'rendered', rendered: [], others: [{ subject: 'Service web' }] })
})

t.test('two Mcrouters of one name are refused, as the second would replace the first', async (t) => {
  t.same(refusalsOf(run(`${CACHE}---\n${CACHE}`)).map(paths), [['metadata.name']])
  t.same(names(run(`${CACHE}---\n${CACHE.replace('cache}', 'cache, namespace: other}')}`)), [
    'cache',
    'cache',
  ])
})

t.test('a text that is no YAML is answered with line and column', async (t) => {
  const fault = faultOf(run(`${CACHE}---\na: b: c\n`))
  t.match(fault, { line: 6, column: 5, message: /^It is not YAML: / })
  t.match(faultOf(run('{"a": 1,\n "b" 2}')), { line: 2, column: 6 })
  t.match(faultOf(run('')), { message: /no Mcrouter/, line: undefined })
})

t.test('neither size, depth, number nor aliases make more work than the text is long', async (t) => {
  const bomb = Array.from(
    { length: 30 },
    (_, n) => `a${n}: &a${n} [${n === 0 ? 'x' : `*a${n - 1}, *a${n - 1}`}]`,
  )
  const many = (count: number, size: number) =>
    Array.from(
      { length: count },
      (_, n) => `${HEAD}metadata: {name: c${n}}\nspec: {memcached_pool_size: ${size}}\n`,
    )
  for (const [what, text, message] of [
    ['a large text', `# ${'x'.repeat(256 * 1024)}`, /larger than 256 KiB/],
    ['deep nesting', '['.repeat(10_000), /nesting/],
    ['an alias bomb', bomb.join('\n'), /aliases/],
    ['a value that holds itself', '&a [*a]', /aliases/],
    ['a wide value that holds itself', `&a [*a, ${'x,'.repeat(9_000)} *a]`, /aliases/],
    ['values without end', `[${'0,'.repeat(100_000)}0]`, /more than 10000 lines and values/],
    ['many objects', many(26, 1).join('---\n'), /more than 25 objects.*`mcrouter-operator render -f FILE`/],
    ['many servers', many(3, 400).join('---\n'), /1200 servers.*`mcrouter-operator render -f FILE`/],
  ] as const) {
    t.match(faultOf(run(text)), { message }, what)
  }
  t.equal(run(many(2, 500).join('---\n')).kind, 'rendered')
  t.equal(run(many(25, 1).join('---\n')).kind, 'rendered')
})

t.test('keys that mean something to JavaScript mean nothing here', async (t) => {
  for (const key of ['__proto__', 'constructor', 'toString', '__blocks']) {
    const refusals = refusalsOf(run(CACHE.replace('spec: {', `spec: {${key}: {pool_setup: sharded}, `)))
    t.match(paths(refusals[0])[0], key)
  }
})

t.test('no text makes it throw, and what it renders can be read by kubectl', async () => {
  const cuts = fc.array(fc.tuple(fc.nat(CACHE.length), fc.string({ unit: 'binary', maxLength: 6 })), {
    maxLength: 5,
  })
  const broken = cuts.map((edits) =>
    edits.reduce((text, [at, piece]) => text.slice(0, at) + piece + text.slice(at + piece.length), CACHE),
  )
  const spec = fc.json().map((json) => `${HEAD}metadata: {name: cache}\nspec: ${json}\n`)
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), broken, spec), (text) => {
      const expansion = run(text)
      if (expansion.kind === 'rendered') loadAll(print(expansion.rendered, 'yaml', 'manifests'))
    }),
    effort(500),
  )
})

function run(text: string, others: 'refuse' | 'allow' = 'refuse'): Expansion {
  const settings = { clusterDomain: 'cluster.local' }
  return expand([{ name: 'text', text }], {
    namespace: 'asked-for',
    settings,
    limits: requestLimits('render'),
    others,
  })
}

function renderedOf(expansion: Expansion): readonly Rendered[] {
  if (expansion.kind !== 'rendered') throw new Error(`not rendered: ${JSON.stringify(expansion)}`)
  return expansion.rendered
}

function refusalsOf(expansion: Expansion): readonly Refusal[] {
  if (expansion.kind !== 'refused') throw new Error(`not refused but ${expansion.kind}`)
  return expansion.refusals
}

function faultOf(expansion: Expansion) {
  if (expansion.kind !== 'unreadable') throw new Error(`not unreadable but ${expansion.kind}`)
  return expansion.fault
}

function names(expansion: Expansion): string[] {
  return renderedOf(expansion).map(({ mcrouter }) => mcrouter.name)
}

function paths(refusal: Refusal | undefined): string[] {
  return refusal?.violations.map(({ path }) => path) ?? []
}
