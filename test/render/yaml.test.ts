import fc from 'fast-check'
import { CORE_SCHEMA, load } from 'js-yaml'
import t from 'tap'
import { parseDocument } from 'yaml'
import { yamlOf } from '../../render/yaml.ts'
import { effort } from '../../testing/effort.ts'
import { hostileString } from '../support/arbitrary/hostile.ts'

t.test('what is plain is plain, and what a reader could take for another type is not', async (t) => {
  for (const text of ['cache', 'app/v1', '--port=5000', '-p', '384Mi', '100m', 'a b', 'host:11211']) {
    t.equal(yamlOf({ text }), `text: ${text}\n`)
  }
  for (const text of [
    '',
    'yes',
    'N',
    'Null',
    '1',
    '0x1F',
    '1_000',
    '12:30',
    '2026-01-01',
    '.inf',
    '-',
    '- a',
  ])
    t.equal(yamlOf({ text }), `text: ${JSON.stringify(text)}\n`)
  for (const text of [
    'a: b',
    'a #b',
    'x#y',
    'a:',
    '*a',
    '&a',
    '!a',
    '<<',
    '=',
    ' a',
    'a ',
    '---',
    '0.5',
    '1e3',
  ])
    t.equal(yamlOf({ text }), `text: ${JSON.stringify(text)}\n`)
})

t.test('lists, objects and texts of several lines stand as Kubernetes writes them', async (t) => {
  const object = {
    kind: 'A',
    data: { file: 'one\n\n  two\n', open: 'one\ntwo' },
    none: { list: [], object: {}, nothing: null, gone: undefined },
    items: [{ name: 'a', ports: [{ port: 1 }, { port: 2 }] }, ['b', ['c']], true, 1.5],
    numbers: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  }
  t.equal(
    yamlOf(object),
    `kind: A
data:
  file: |
    one

      two
  open: |-
    one
    two
none:
  list: []
  object: {}
  nothing: null
items:
- name: a
  ports:
  - port: 1
  - port: 2
- - b
  - - c
- true
- 1.5
numbers:
- .nan
- .inf
- -.inf
`,
  )
})

t.test('readers of YAML 1.1 and 1.2 read whatever JSON it was', async () => {
  const lines = fc
    .array(fc.oneof(hostileString(), fc.constantFrom('', ' ', '\t', '  a', '- a', '#')), { maxLength: 5 })
    .map((all) => all.join('\n'))
  // The two are no characters of YAML.
  const text = fc
    .oneof(hostileString(), lines, fc.string({ unit: 'binary' }), longKey())
    .filter((one) => !/[\ufffe\uffff]/.test(one))
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, text, fc.json().map(parse), tie('list'), tie('object')),
    list: fc.array(tie('value'), { maxLength: 3 }),
    object: object(text, tie('value')),
  }))
  fc.assert(
    fc.property(object(text, value), (object) => {
      const text = yamlOf(object)
      const wanted = JSON.stringify(object)
      const newer = JSON.stringify(load(text, { schema: CORE_SCHEMA }))
      const older = JSON.stringify(parseDocument(text, { version: '1.1' }).toJS())
      if (newer !== wanted || older !== wanted) throw new Error(text)
    }),
    effort(500),
  )
})

function object(name: fc.Arbitrary<string>, value: fc.Arbitrary<unknown>) {
  return fc.array(fc.tuple(name, value), { maxLength: 3 }).map((pairs) => Object.fromEntries(pairs))
}

/** A key of so many characters begins with a question mark. */
function longKey(): fc.Arbitrary<string> {
  return fc.integer({ min: 1000, max: 1100 }).map((length) => 'k'.repeat(length))
}

function parse(json: string): unknown {
  return JSON.parse(json)
}
