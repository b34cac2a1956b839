import { deepEqual } from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { effort } from '../../testing/effort.ts'
import { excerptOf, type Selection } from '../../text/excerpt.ts'
import { hostileString, hostileValue } from '../support/arbitrary/hostile.ts'

const WANTED: Selection = new Map<string, 'whole' | Selection>([
  ['kind', 'whole'],
  ['object', new Map([['spec', 'whole']])],
])

/** The excerpt as a value, of as many values as there may be. */
function read(json: string, most = 1000): unknown {
  const excerpt = excerptOf(Buffer.from(json), WANTED, most)
  return excerpt === undefined ? undefined : JSON.parse(excerpt.text)
}

t.test('the wanted members are kept as they are written, and no other', async (t) => {
  t.same(read('{"kind":"K","x":{"kind":1},"object":{"spec":{"a":[1,{"b":2}]},"status":{}}}'), {
    kind: 'K',
    object: { spec: { a: [1, { b: 2 }] } },
  })
  t.same(read(' { "kind" : -1.5e3 ,\n"object"\t:\r{ "spec" : null } } '), {
    kind: -1500,
    object: { spec: null },
  })
  t.same(read('{"object":{}}'), { object: {} })
  t.same(read('{}'), {})
})

t.test('of objects that are counted it is known how much is left out', async (t) => {
  const left = (json: string) => excerptOf(Buffer.from(json), WANTED, 1000, ['object'])?.leftOut.get('object')
  t.equal(left('{"object":{"spec":{"a":"bc"}}}'), 0)
  t.equal(left('{"object":{"note":"\\u00fc\\"","spec":{}, "x" : "y" },"other":"z"}'), 'note'.length + 3 + 2)
  t.equal(left('{"kind":"K"}'), 0)
})

t.test('a quote or bracket in a string ends nothing', async (t) => {
  t.same(read(String.raw`{"x":"\"}]","y\"":"\\","kind":"{[\\\"","object":{"spec":"]}"}}`), {
    kind: '{[\\"',
    object: { spec: ']}' },
  })
})

t.test('what is of another kind than wanted is left out', async (t) => {
  t.same(read('{"object":[{"spec":1}],"kind":"K"}'), { kind: 'K' })
  t.same(read('{"object":"spec"}'), {})
})

t.test('of a member that is there twice the last one counts, as for JSON.parse', async (t) => {
  t.same(read('{"kind":"a","kind":"b"}'), { kind: 'b' })
})

t.test('what is no object, or not a whole one, has no excerpt', async (t) => {
  const texts = [
    '',
    ' ',
    '[]',
    'null',
    '"a',
    '{',
    '{"kind"',
    '{"kind":',
    '{"kind":1',
    '{"kind":1,',
    '{"kind":"',
    '{"a":[}',
    '{"a":1]',
    '{1:2}',
    '{"a"1}',
  ]
  for (const text of texts) t.equal(read(text), undefined, text)
})

t.test('a member with too many values is left out, and named', async (t) => {
  const cutOf = (spec: string) => {
    const { text, cut } = excerptOf(Buffer.from(`{"object":{"spec":${spec}},"kind":"K"}`), WANTED, 3) ?? {
      text: '',
    }
    return [JSON.parse(text), ...(cut ?? [])]
  }
  t.same(cutOf('[1,2]'), [{ object: { spec: [1, 2] }, kind: 'K' }])
  for (const spec of ['[1,2,3]', '{"a":1,"b":2,"c":3}', '[[],[]]', '[[[]]]', '[{},{}]']) {
    t.same(cutOf(spec), [{ object: {}, kind: 'K' }, 'object.spec'], spec)
  }
})

t.test('repeated members are not kept without end', async (t) => {
  const excerpt = excerptOf(Buffer.from(`{${'"kind":1,"object":{},'.repeat(100_000)}"x":1}`), WANTED, 10)
  t.ok((excerpt?.text.length ?? 0) < 1000)
})

/** What the excerpt should come to. */
function selected(value: JsonObject, wanted: Selection): JsonObject {
  const kept = Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
    const part = wanted.get(name)
    if (part === 'whole') return [[name, inner]]
    return part !== undefined && isJsonObject(inner) ? [[name, selected(inner, part)]] : []
  })
  return Object.fromEntries(kept)
}

t.test('whatever the values and the spacing, it is what JSON.parse would have made of it', async () => {
  const name = fc.oneof(fc.constantFrom('kind', 'object', 'spec'), hostileString())
  const level = (value: fc.Arbitrary<unknown>) => fc.dictionary(name, value, { maxKeys: 6 })
  const value = level(fc.oneof(hostileValue(), level(fc.oneof(hostileValue(), level(hostileValue())))))
  const indent = fc.constantFrom(undefined, 1, '\t', '\r\n ')
  fc.assert(
    fc.property(value, indent, (value, indent) => {
      const json = JSON.stringify(value, null, indent)
      deepEqual(read(json, 1_000_000), selected(JSON.parse(json), WANTED))
    }),
    effort(500),
  )
})
