import t from 'tap'
import { object, refusalOf } from '../mcrouter.ts'

t.test('what is around the spec in a file, as the API server would refuse it', async (t) => {
  const said = (around: object, metadata: object = {}) =>
    refusalOf({ ...object({}, { name: 'cache', ...metadata }), ...around }, 'file')
  t.same(said({ pool_setup: 'sharded' }), ['pool_setup: Forbidden: unknown field; it belongs under spec'])
  t.same(said({ metdata: {} }), ['metdata: Forbidden: unknown field; did you mean metadata?'])
  t.same(said({}, { lables: {} }), ['metadata.lables: Forbidden: unknown field; did you mean labels?'])
  t.same(said({}, { labels: { a: 1 } }), [
    'metadata.labels.a: Invalid value: 1: must be text; write "1" in quotes',
  ])
  t.match(
    said({}, { annotations: { a: true } })[0],
    'metadata.annotations.a: Invalid value: true: must be text',
  )
  t.match(said({}, { labels: ['a'] })[0], 'metadata.labels: Invalid value: a list of one: must be an object')
  t.match(said({}, { labels: { a: 'b c' } })[0], 'a letter or digit at both ends')
  t.match(said({}, { labels: { 'a b': 'c' } })[0], 'metadata.labels["a b"]')
  t.match(said({}, { annotations: { 'a b': 'c' } })[0], 'metadata.annotations["a b"]')
  t.match(
    said({}, { annotations: { a: 'x'.repeat(262_144) } })[0],
    'at most 262144 bytes together, has 262145',
  )
  t.same(said({ status: {} }, { labels: { a: '', 'b/c': 'd' }, annotations: { 'A/b': 'any thing\n' } }), [])
  t.same(said({}, { labels: null, annotations: { a: null } }), [], 'as the API server reads null')
  t.same(
    refusalOf({ ...object({}), pool_setup: 'sharded' }),
    [],
    'whatever comes from the API server has passed',
  )
})
