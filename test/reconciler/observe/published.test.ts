import t from 'tap'
import { publishedIn } from '../../../reconciler/observe/published.ts'
import { configFor, serialise } from '../../../routing/config.ts'
import { featuresOf } from '../../../routing/release.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'

const SERVERS = ['cache-memcached-0:11211', 'cache-memcached-1:11211']

t.test('what a configuration uses is read back from its text, and from what caches keep of it', async (t) => {
  for (const filling of [false, true]) {
    for (const release of ['37', 'current'] as const) {
      const features = featuresOf(release)
      const text = serialise(configFor(mcrouterWith(), [SERVERS], { features, filling }))
      const published = publishedIn({ data: { 'config.json': text } })
      t.match(published, { routed: 2, features, filling })
      t.strictSame(JSON.parse(JSON.stringify(published)), published)
    }
  }
})

t.test('what somebody else wrote into it is no configuration', async (t) => {
  for (const text of ['', '{}', '[]', '{"pools":{"memcached":{"servers":2}}}']) {
    t.equal(publishedIn({ data: { 'config.json': text } }), undefined, text)
  }
  t.equal(publishedIn({}), undefined)
})
