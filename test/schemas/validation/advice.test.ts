import t from 'tap'
import { rejects } from '../mcrouter.ts'

t.test('what YAML or a habit made of a value, with what to write instead', async (t) => {
  rejects(t, [
    [{ pool_setup: false }, 'spec.pool_setup', /"sharded"; without quotes YAML reads no and off as false$/],
    [{ mcrouter_release: true }, 'spec.mcrouter_release', /YAML reads yes and on as true$/],
    [{ mcrouter_release: 38 }, 'spec.mcrouter_release', /one of "37", "40", "41", "current"$/],
    [
      { node_selector: { a: false } },
      'spec.node_selector.a',
      /write the word in quotes: .* no and off as false$/,
    ],
    [{ memcached_image: -1 }, 'spec.memcached_image', /0\.41$/],
    [{ node_selector: ['a'] }, 'spec.node_selector', /a list of one: must be an object \(key: value\)$/],
    [{ mcrouter_resources: [1, 2] }, 'spec.mcrouter_resources', /must be an object/],
    [{ image_pull_secrets: { name: 'a' } }, 'spec.image_pull_secrets', /must be a list$/],
    [{ memcached_memory_mb: '1Gi' }, 'spec.memcached_memory_mb', /it is a number of MiB: write 1024$/],
    [{ memcached_memory_mb: '512 MB' }, 'spec.memcached_memory_mb', 'write 512'],
    [{ memcached_memory_mb: '1536k' }, 'spec.memcached_memory_mb', /whole number from 16 to 1048576$/],
    [{ memcached_memory_mb: '9999T' }, 'spec.memcached_memory_mb', /whole number from 16 to 1048576$/],
    [{ memcached_pool_size: '1k' }, 'spec.memcached_pool_size', /whole number from 1 to 1000$/],
    [{ memcached_max_item_size: '1MB' }, 'spec.memcached_max_item_size', 'did you mean 1m?'],
    [{ memcached_max_item_size: '1g' }, 'spec.memcached_max_item_size', 'did you mean 1024m?'],
    [
      { memcached_max_item_size: '9g' },
      'spec.memcached_max_item_size',
      /it is not a whole number with k or m$/,
    ],
  ])
  const memory = (amount: unknown) => ({ mcrouter_resources: { limits: { memory: amount } } })
  const at = 'spec.mcrouter_resources.limits.memory'
  rejects(t, [
    [memory('1GB'), at, 'did you mean 1Gi, or 1G, which is less?'],
    [memory('512mb'), at, 'did you mean 512Mi, or 512M, which is less?'],
    [memory('64 KiB'), at, 'did you mean 64Ki, or 64k, which is less?'],
    [memory('plenty'), at, /or 1Gi$/],
    [memory('512M '), at, /or 1Gi$/],
  ])
})
