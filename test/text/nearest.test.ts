import t from 'tap'
import { likely, nearest } from '../../text/nearest.ts'

t.test('a word was meant for those of which it is the last of several, or for the nearest', async (t) => {
  const known = ['set_routing_prefix', 'ensure_key_prefix', 'target', 'memcachedImage', 'memcached_image']
  t.same(likely('prefix', known), ['set_routing_prefix', 'ensure_key_prefix'])
  t.same(likely('image', known), ['memcachedImage'], 'of two spellings the first')
  t.same(likely('tagret', known), ['target'])
  t.same(likely('colour', known), [])
  t.equal(nearest('targ', known), 'target', 'the beginning of one')
  t.equal(nearest('', known), undefined)
})
