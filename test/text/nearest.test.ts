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

t.test('two letters that are swapped are one error, and five letters may have two', async (t) => {
  const pools = ['main', 'spare', 'users', 'old']
  for (const [word, meant] of [
    ['mian', 'main'],
    ['amin', 'main'],
    ['mani', 'main'],
    ['uesrs', 'users'],
    ['usesr', 'users'],
    ['spair', 'spare'],
    ['odl', 'old'],
  ] as const)
    t.equal(nearest(word, pools), meant, word)
  t.equal(nearest('--prot', ['port', 'ssl-port', 'route-prefix']), 'port')
  t.equal(nearest('mmeroy', ['memory', 'image']), 'memory')
})

t.test('a word that only looks a little like another was not meant for it', async (t) => {
  for (const [word, known] of [
    // Two errors in five letters of which the first is another one, or in fewer.
    ['stage', ['image']],
    ['usage', ['image']],
    ['other', ['users', 'locks']],
    ['locks', ['users', 'main']],
    ['mine', ['main']],
    ['sale', ['spare']],
    ['nim', ['main', 'min']],
    ['shop', ['spare', 'stop-all']],
    // Three errors in five letters, and two swaps in four.
    ['spent', ['spare']],
    ['aabb', ['bbaa']],
    ['amni', ['main']],
    ['ab', ['ba']],
  ] as const)
    t.equal(nearest(word, known), undefined, word)
})
