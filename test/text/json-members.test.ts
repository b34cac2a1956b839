import { deepEqual } from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { effort } from '../../testing/effort.ts'
import { itemsAt, membersAt } from '../../text/json-members.ts'
import { hostileString, hostileValue } from '../support/arbitrary/hostile.ts'

/** The values of the members that were found. */
function read(json: string, names: string[]): Record<string, unknown> | undefined {
  const body = Buffer.from(json)
  const members = membersAt(body, 0, names)
  if (members === undefined) return undefined
  return Object.fromEntries(
    [...members].map(([name, { start, end }]) => [name, JSON.parse(body.toString('utf8', start, end))]),
  )
}

t.test('members are found by their names, wherever they are and however they are written', async () => {
  const object = fc.dictionary(
    fc.oneof(fc.constantFrom('a', 'spec', 'uid'), hostileString()),
    hostileValue(),
    {
      maxKeys: 6,
    },
  )
  const indent = fc.constantFrom(undefined, 1, '\t', '\r\n ')
  fc.assert(
    fc.property(object, indent, (value, indent) => {
      const json = JSON.stringify(value, null, indent)
      const known = Object.entries(JSON.parse(json)).filter(([name]) => ['spec', 'uid'].includes(name))
      deepEqual(read(json, ['spec', 'uid']), Object.fromEntries(known))
    }),
    effort(300),
  )
})

t.test('what is no object, or not a whole one, has no members', async (t) => {
  for (const json of [
    '',
    ' ',
    '[]',
    '1',
    '{',
    '{"x"',
    '{"x":',
    '{"x":1',
    '{"x":}',
    '{"x":1]',
    '{"x":1,}',
    '{x:1}',
  ])
    t.equal(membersAt(Buffer.from(json), 0, ['x']), undefined, json)
})

t.test('how much a value holds, and how deep, is known before it is read', async (t) => {
  const member = (json: string) => membersAt(Buffer.from(`{"x":${json}}`), 0, ['x'])?.get('x')
  t.match(member('1'), { values: 1, depth: 0 })
  t.match(member('[[],{"a":"]"}]'), { depth: 2 })
  t.match(member('['.repeat(5000) + ']'.repeat(5000)), { depth: 5000 })
  for (const json of ['[1,2,3]', '{"a":1,"b":[{},{}]}']) {
    let count = 0
    JSON.parse(json, (_, value) => {
      count += 1
      return value
    })
    t.ok((member(json)?.values ?? 0) >= count, json)
  }
})

t.test('the items of a list, up to a number of them', async (t) => {
  const items = (json: string, most = 3) => {
    const body = Buffer.from(json)
    return itemsAt(body, 0, most)?.map(({ start, end }) => JSON.parse(body.toString('utf8', start, end)))
  }
  t.same(items(' [ 1 , {"a":[2,3]} ,"]" ] '), [1, { a: [2, 3] }, ']'])
  t.same(items('[]'), [])
  for (const json of ['[1,2,3,4]', '{}', '[1', '[1,]', '[,1]', '[1}', ''])
    t.equal(items(json), undefined, json)
})
