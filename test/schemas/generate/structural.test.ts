import t from 'tap'
import { structural } from '../../../schemas/generate/structural.ts'

t.test('what both kinds of schema can say is copied, with the type first', async (t) => {
  const schema = { type: 'integer', minimum: 1, maximum: 5, default: 2, description: 'How many.' }
  t.same(structural(schema, []), schema)
  t.equal(Object.keys(structural({ default: 2, type: 'integer' }, []))[0], 'type')
})

t.test('what only validators understand is left out', async (t) => {
  const schema = { type: 'string', format: 'image', 'x-allowed': 'an image' }
  t.same(structural(schema, []), { type: 'string' })
  t.same(structural({ type: 'object', propertyNames: { format: 'label-key' } }, []), { type: 'object' })
  t.same(structural({ type: 'string', format: 'date-time' }, []), { type: 'string', format: 'date-time' })
})

t.test('a number or text becomes int-or-string', async (t) => {
  t.same(structural({ type: ['integer', 'string'], maxLength: 5 }, []), {
    'x-kubernetes-int-or-string': true,
    anyOf: [{ type: 'integer' }, { type: 'string' }],
    maxLength: 5,
  })
})

t.test('a rule goes to the node it is about', async (t) => {
  const schema = {
    type: 'object',
    properties: {
      list: { type: 'array', items: { type: 'object', properties: { a: { type: 'string' } } } },
      map: { type: 'object', additionalProperties: { type: 'string' } },
    },
  }
  const rule = { rule: 'self.a == self.b', message: 'must be equal' }
  const at = (path: string) => structural(schema, [{ at: path, ...rule, fieldPath: '.x' }])
  const validations = [{ ...rule, fieldPath: '.x' }]
  t.match(at(''), { 'x-kubernetes-validations': validations })
  t.match(at('list[]'), { properties: { list: { items: { 'x-kubernetes-validations': validations } } } })
  t.match(at('list[].a'), {
    properties: { list: { items: { properties: { a: { 'x-kubernetes-validations': validations } } } } },
  })
  t.match(at('map{}'), {
    properties: { map: { additionalProperties: { 'x-kubernetes-validations': validations } } },
  })
})

t.test('what no structural schema can say is a mistake in the source', async (t) => {
  t.throws(() => structural({}, []), /a type at every node/)
  t.throws(() => structural({ type: ['integer', 'null'] }, []), /integer or null/)
})
