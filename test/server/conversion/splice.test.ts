import { deepEqual } from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { changed, isEmpty, jsonOf } from '../../../server/conversion/splice.ts'
import { effort } from '../../../testing/effort.ts'
import { membersAt } from '../../../text/json-members.ts'
import { hostileString, hostileValue } from '../../support/arbitrary/hostile.ts'

/** What becomes of these members; undefined takes one out. */
function rewritten(json: string, values: Readonly<Record<string, unknown>>) {
  const body = Buffer.from(` ${json} `)
  const end = body.length - 1
  const found = membersAt(body, 0, Object.keys(values))
  const changes = Object.entries(values).map(([name, value]) => ({
    name,
    member: found?.get(name),
    value: value === undefined ? undefined : jsonOf(value),
  }))
  return changed(body, { start: 1, end }, changes)
}

const read = (pieces: readonly Buffer[]): unknown => JSON.parse(Buffer.concat(pieces).toString())

t.test('members are taken out, replaced and added, and the others stay as they are', async () => {
  const names = ['a', 'b', 'c']
  const object = fc.dictionary(fc.oneof(fc.constantFrom(...names), hostileString()), hostileValue(), {
    maxKeys: 6,
  })
  const values = fc.dictionary(fc.constantFrom(...names), fc.oneof(fc.constant(undefined), hostileValue()), {
    maxKeys: 3,
  })
  const indent = fc.constantFrom(undefined, 1, '\t', '\r\n ')
  fc.assert(
    fc.property(object, values, indent, (object, values, indent) => {
      const json = JSON.stringify(object, null, indent)
      const plain = JSON.parse(JSON.stringify(values))
      const { ...wanted } = JSON.parse(json)
      for (const name of Object.keys(values)) delete wanted[name]
      const given = Object.fromEntries(
        Object.keys(values).map((name) => [name, name in plain ? plain[name] : undefined]),
      )
      deepEqual(read(rewritten(json, given)), { ...wanted, ...plain })
    }),
    effort(300),
  )
})

t.test('members that are taken out leave the object whole, wherever they are', async (t) => {
  for (const json of [
    '{}',
    '{ }',
    '{"x":1}',
    '{"x":1,"y":2}',
    '{"y":2 , "x" : 1 }',
    '{ "x" : [1] ,"y":2}',
    '{"z":0,"x":1,"y":2}',
    '{"x":0,"z":1,"y":2}',
    '{"y":0,"x":1,"z":2}',
    '{"y":2}',
  ]) {
    const { x: _, z: __, ...rest } = JSON.parse(json)
    const pieces = rewritten(json, { x: undefined, z: undefined })
    t.same(read(pieces), rest, json)
    t.equal(isEmpty(pieces), Object.keys(rest).length === 0, json)
  }
})
