import { Ajv } from 'ajv'
import t from 'tap'
import { withDefinitions } from '../../../schemas/generate/definitions.ts'

const NAME = { type: 'string', minLength: 1 }
const REFERENCE = { type: 'object', properties: { name: NAME }, required: ['name'] }
const POD = { type: 'object', properties: { secrets: { type: 'array', items: REFERENCE }, class: REFERENCE } }
const SCHEMA = {
  type: 'object',
  properties: {
    router: { type: 'object', properties: { pod: POD, port: { type: 'integer' } } },
    pools: { type: 'array', items: { type: 'object', properties: { pod: POD } } },
    pod: POD,
  },
}

t.test('an object that is described in several places is described once', async (t) => {
  const { $defs, ...rest } = withDefinitions(SCHEMA)
  t.same(Object.values(Object($defs)).length, 2)
  t.equal(JSON.stringify(rest).split('"$ref"').length - 1, 3)
  t.equal(JSON.stringify($defs).split('"required"').length - 1, 1)
  t.notMatch(JSON.stringify(rest), '"secrets"')
})

t.test('what is described once, and what is no object with members, stays where it is', async (t) => {
  const schema = { type: 'object', properties: { first: NAME, second: NAME, router: POD } }
  t.match(withDefinitions(schema), { properties: { first: NAME, second: NAME, router: { type: 'object' } } })
})

t.test('it accepts the same', async (t) => {
  const before = new Ajv().compile(SCHEMA)
  const after = new Ajv().compile(withDefinitions(SCHEMA))
  const pod = { class: { name: 'a' }, secrets: [{ name: 'b' }] }
  for (const value of [
    {},
    { router: { pod, port: 5 }, pools: [{ pod }], pod },
    { router: { pod: { class: {} } } },
    { pools: [{ pod: { secrets: [{ name: '' }] } }] },
    { pod: { secrets: [{ name: 5 }] } },
    { router: { port: 'a' } },
  ])
    t.equal(after(value), before(value), JSON.stringify(value))
})
