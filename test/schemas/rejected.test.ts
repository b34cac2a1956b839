import t from 'tap'
import { judge } from '../../schemas/validation/judge.ts'
import { object, refusalOf, rejects, violationsOf } from './mcrouter.ts'

t.test('a value that is none of those supported, with the nearest of them', async (t) => {
  rejects(t, [
    [
      { pool_setup: 'shraded' },
      'spec.pool_setup',
      '"shraded"',
      '"replicated", "sharded"',
      'did you mean "sharded"?',
    ],
    [{ pool_setup: 'Replicated' }, 'spec.pool_setup', 'did you mean "replicated"?'],
    [{ pool_setup: 'ring' }, 'spec.pool_setup', /supported values: "replicated", "sharded"$/],
    [{ mcrouter_release: '38' }, 'spec.mcrouter_release', '"37", "40", "41", "current"'],
  ])
})

t.test('a value of the wrong type, with what YAML made of it', async (t) => {
  rejects(t, [
    [{ mcrouter_release: 37 }, 'spec.mcrouter_release', 'write "37" in quotes'],
    [{ mcrouter_port: '5000' }, 'spec.mcrouter_port', '"5000"', 'whole number', 'write 5000 without quotes'],
    [{ memcached_pool_size: 2.5 }, 'spec.memcached_pool_size', '2.5', 'a whole number from 1 to 1000'],
    [{ memcached_pool_size: true }, 'spec.memcached_pool_size', 'true'],
    [{ memcached_image: ['a'] }, 'spec.memcached_image', 'a list of one'],
    [{ tolerations: {} }, 'spec.tolerations', 'an object', 'must be a list'],
    [{ node_selector: { a: 1 } }, 'spec.node_selector.a', '1', 'write "1" in quotes'],
    [
      { mcrouter_resources: { requests: { cpu: 0.5 } } },
      'spec.mcrouter_resources.requests.cpu',
      'write "0.5" in quotes',
    ],
    [{ image_pull_secrets: ['regcred'] }, 'spec.image_pull_secrets[0]', '"regcred"', 'an object'],
    [
      { image_pull_secrets: [{}] },
      'spec.image_pull_secrets[0].name',
      'Required value: must be the name of a Secret',
    ],
  ])
  t.same(violationsOf('replicated'), [
    'spec: Invalid value: "replicated": must be an object with the fields of a Mcrouter\'s spec',
  ])
})

t.test('a number out of range, ports of root among them', async (t) => {
  rejects(t, [
    [{ mcrouter_port: 80 }, 'spec.mcrouter_port', '80', 'from 1024 to 65535', 'root'],
    [{ memcached_port: 65_536 }, 'spec.memcached_port', '65536'],
    [{ memcached_pool_size: 0 }, 'spec.memcached_pool_size', 'from 1 to 1000'],
    [{ memcached_pool_size: 1001 }, 'spec.memcached_pool_size', 'from 1 to 1000'],
    [{ mcrouter_replicas: 0 }, 'spec.mcrouter_replicas', 'from 1 to 100'],
    [{ mcrouter_port: Number.POSITIVE_INFINITY }, 'spec.mcrouter_port', 'too large'],
  ])
})

t.test('an unknown field, with the nearest known one', async (t) => {
  rejects(t, [
    [{ poolsetup: 'sharded' }, 'spec.poolsetup', 'did you mean pool_setup?'],
    [{ memcachedMaxItemSize: '1m' }, 'spec.memcachedMaxItemSize', 'did you mean memcached_max_item_size?'],
    [{ mcrouter_ressources: {} }, 'spec.mcrouter_ressources', 'did you mean mcrouter_resources?'],
    [{ mcrouter_resources: { limit: {} } }, 'spec.mcrouter_resources.limit', 'did you mean limits?'],
    [
      { tolerations: [{ key: 'a', efect: 'NoExecute' }] },
      'spec.tolerations[0].efect',
      'did you mean effect?',
    ],
    [{ zzz: 1 }, 'spec.zzz', /unknown field$/],
    [{ image: 'a' }, 'spec.image', 'did you mean mcrouter_image or memcached_image?'],
    [{ replicas: 3 }, 'spec.replicas', 'did you mean mcrouter_replicas?'],
    [
      { mcrouter_resources: { cpu: 1 } },
      'spec.mcrouter_resources.cpu',
      'it belongs under requests or limits',
    ],
    [{ limits: {} }, 'spec.limits', 'it belongs under mcrouter_resources or memcached_resources'],
  ])
  t.same(violationsOf({ poolsetup: 'sharded' }, 'api'), [], 'a webhook leaves fields of a newer API alone')
})

t.test('a malformed image reference', async (t) => {
  rejects(t, [
    [{ memcached_image: 'memcached:1.6 ' }, 'spec.memcached_image', '"memcached:1.6 "'],
    [{ memcached_image: 'Memcached' }, 'spec.memcached_image', 'lower-case'],
    [{ mcrouterImage: 'a//b' }, 'spec.mcrouterImage', 'empty part'],
    [{ mcrouter_image: '' }, 'spec.mcrouter_image', 'an image reference'],
  ])
})

t.test('a fifo root that is no absolute, clean path of its own', async (t) => {
  rejects(t, [
    [{ debug_fifo_root: 'fifos' }, 'spec.debug_fifo_root', 'not absolute'],
    [{ debug_fifo_root: '/' }, 'spec.debug_fifo_root', 'hide the whole image'],
    [{ debug_fifo_root: '/var/../usr' }, 'spec.debug_fifo_root', '/usr belongs to the image'],
    [{ debug_fifo_root: '/etc/mcrouter' }, 'spec.debug_fifo_root', '/etc belongs to the image'],
    [{ debug_fifo_root: '/var/' }, 'spec.debug_fifo_root', 'others use this directory'],
    [{ debug_fifo_root: '/var/fifos/' }, 'spec.debug_fifo_root', 'write /var/fifos'],
    [{ debugFifoRoot: '/var//fifos' }, 'spec.debugFifoRoot', 'write /var/fifos'],
  ])
  t.same(violationsOf({ debug_fifo_root: '/var/mcrouter/fifos' }), [])
})

t.test("characters that mcrouter's configuration language would interpret", async (t) => {
  for (const path of ['/var/%root%', '/var/a\\b', '@/var/a', '/var/a\nb', '/var/$(x)']) {
    t.equal(violationsOf({ debug_fifo_root: path }).length, 1, path)
  }
  for (const name of ['50%', '@cache', 'a\\b', 'a\nb', 'a|b']) {
    t.equal(refusalOf(object({}, { name, namespace: 'shop' })).length, 1, name)
  }
})

t.test('a resource quantity that does not parse, or that nobody means', async (t) => {
  const memcached = (requests: object) => ({ memcached_resources: { requests } })
  rejects(t, [
    [
      memcached({ cpu: '2 cores' }),
      'spec.memcached_resources.requests.cpu',
      '"2 cores"',
      'a quantity such as',
    ],
    [memcached({ memory: '1.5.1Gi' }), 'spec.memcached_resources.requests.memory', '"1.5.1Gi"'],
    [memcached({ memory: '512MB' }), 'spec.memcached_resources.requests.memory', '"512MB"'],
    [memcached({ memory: '512m' }), 'spec.memcached_resources.requests.memory', 'did you mean 512Mi?'],
    [memcached({ memory: 512 }), 'spec.memcached_resources.requests.memory', 'did you mean 512Mi?'],
    [memcached({ cpu: -1 }), 'spec.memcached_resources.requests.cpu', '-1'],
    [memcached({ cpu: '100u' }), 'spec.memcached_resources.requests.cpu', 'in steps of 1m'],
  ])
})

t.test('a request above its limit, compared as quantities', async (t) => {
  rejects(t, [
    [
      { mcrouter_resources: { requests: { cpu: '1500m' }, limits: { cpu: 1 } } },
      'spec.mcrouter_resources.requests.cpu',
      '"1500m"',
      'the limit, which is 1',
    ],
  ])
  t.same(violationsOf({ mcrouter_resources: { requests: { cpu: '1000m' }, limits: { cpu: 1 } } }), [])
})

t.test('an item size that memcached refuses', async (t) => {
  rejects(t, [
    [{ memcached_max_item_size: '1g' }, 'spec.memcached_max_item_size', '"1g"', 'such as 1m or 32m'],
    [{ memcached_max_item_size: '256k' }, 'spec.memcached_max_item_size', 'less than 512k'],
    [{ memcached_max_item_size: '1000k' }, 'spec.memcached_max_item_size', 'not a multiple of 512k'],
    [
      { memcached_max_item_size: '129m' },
      'spec.memcached_max_item_size',
      'half of memcached_memory_mb',
      '128m',
    ],
    [
      { memcached_memory_mb: 32, memcached_max_item_size: '32m' },
      'spec.memcached_max_item_size',
      '"32m"',
      'which is 32: 16m',
    ],
  ])
})

t.test('a memory limit that memcached cannot live in', async (t) => {
  const limit = (memory: string, rest = {}) => ({ memcached_resources: { limits: { memory } }, ...rest })
  rejects(t, [
    [limit('256Mi'), 'spec.memcached_resources.limits.memory', 'at least 316Mi', 'memcached_memory_mb 256'],
    [
      limit('1100Mi', { memcached_memory_mb: 1024, memcached_max_connections: 16_384 }),
      'spec.memcached_resources.limits.memory',
      '1216Mi',
    ],
  ])
  t.same(violationsOf(limit('316Mi')), [])
})

t.test('a toleration or selector that a pod could not have', async (t) => {
  rejects(t, [
    [{ tolerations: [{}] }, 'spec.tolerations[0].operator', 'must be "Exists"'],
    [
      { tolerations: [{ key: 'a', operator: 'Exists', value: 'b' }] },
      'spec.tolerations[0].value',
      'must be empty',
    ],
    [
      { tolerations: [{ key: 'a', tolerationSeconds: 5 }] },
      'spec.tolerations[0].effect',
      'must be "NoExecute"',
    ],
    [{ tolerations: [{ key: 'a/b/c' }] }, 'spec.tolerations[0].key', 'a label key'],
    [{ node_selector: { 'a b': 'c' } }, 'spec.node_selector["a b"]', 'a label key'],
    [{ node_selector: { a: '-' } }, 'spec.node_selector.a', 'a letter or digit at both ends'],
    [{ image_pull_secrets: [{ name: 'a' }, { name: 'a' }] }, 'spec.image_pull_secrets[1]', 'Duplicate value'],
  ])
})

t.test('a name that no Service, pod, label or DNS name can be made from', async (t) => {
  const refused = (metadata: object) => refusalOf(object({}, { namespace: 'shop', ...metadata }))
  for (const name of ['Cache', '1cache', 'cache-', '-cache', 'ca_che', 'ca.che', 'ç', 5]) {
    t.match(refused({ name })[0], 'metadata.name: Invalid value', `${name}`)
  }
  t.match(refused({ name: 'a'.repeat(43) })[0], 'at most 42 characters, has 43')
  t.match(refused({})[0], 'metadata.name: Required value')
  t.same(refused({ name: 'a'.repeat(42) }), [])
  t.same(refused({ generateName: 'cache-' }), [], 'a name that the API server will complete')
  t.match(refused({ generateName: 'a'.repeat(38) })[0], 'metadata.generateName: Invalid value')
  t.match(refusalOf(object({}, { name: 'cache', namespace: 'Shop' }))[0], 'metadata.namespace')
})

t.test('another kind or version of object', async (t) => {
  const said = refusalOf({ apiVersion: 'mcrouter.example.com/v1', kind: 'mcrouter', metadata: { name: 'a' } })
  t.match(said[0], 'apiVersion: Unsupported value: "mcrouter.example.com/v1"')
  t.match(
    said[1],
    'kind: Unsupported value: "mcrouter": supported values: "Mcrouter"; did you mean Mcrouter?',
  )
})

t.test('what is larger than any honest value, without looking further into it', async (t) => {
  rejects(t, [
    [
      { memcached_image: 'a'.repeat(3_000_000) },
      'spec.memcached_image',
      'at most 512 characters, has 3000000',
    ],
    [{ tolerations: Array(1_000_000).fill(1) }, 'spec.tolerations', 'at most 32 items, has 1000000'],
    [
      { node_selector: Object.fromEntries([...Array(33).keys()].map((n) => [`k${n}`, ''])) },
      'spec.node_selector',
      'at most 32 entries',
    ],
  ])
})

t.test('more fields than any API has, without looking at one of them', async (t) => {
  const fields = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`field${index}`, '\ud800']))
  rejects(t, [[fields, 'spec', 'must have at most 1000 fields, has 1001']])
})

t.test('text that is none, keys that reach a prototype, nesting without end', async (t) => {
  const nested = JSON.parse(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`)
  rejects(t, [
    [{ memcached_image: 'a\ud800' }, 'spec.memcached_image', 'surrogate'],
    [JSON.parse('{"__proto__": {"pool_setup": "sharded"}}'), 'spec.__proto__', 'no field or label'],
    [
      JSON.parse('{"node_selector": {"__proto__": "a"}}'),
      'spec.node_selector.__proto__',
      'no field or label',
    ],
    [{ x: nested }, `spec.x${'.a'.repeat(31)}`, 'more than 32 levels'],
  ])
  t.same(violationsOf({ node_selector: { constructor: 'a' } }), [], 'a label may be called so')
})

t.test('every violation in one answer', async (t) => {
  const spec = {
    pool_setup: 'shraded',
    mcrouterPort: 80,
    memcached_max_item_size: '300m',
    memcached_resources: { requests: { cpu: 2 }, limits: { cpu: 1, memory: '1Mi' } },
    tolerations: [{}],
    poolsetup: 1,
  }
  const said = refusalOf(object(spec, { name: 'Cache' }), 'file')
  t.same(said.map((line) => line.split(': ')[0]).sort(), [
    'metadata.name',
    'spec.mcrouterPort',
    'spec.memcached_max_item_size',
    'spec.memcached_resources.limits.memory',
    'spec.memcached_resources.requests.cpu',
    'spec.pool_setup',
    'spec.poolsetup',
    'spec.tolerations[0].operator',
  ])
})

t.test('at most fifty of them, and how many more there are', async (t) => {
  const spec = Object.fromEntries([...Array(80).keys()].map((n) => [`zz${n}`, 1]))
  const said = violationsOf(spec, 'file')
  t.equal(said.length, 51)
  t.match(said.at(-1), 'and 30 more violations')
})

t.test('a value is shown in one short printable line', async (t) => {
  const [said = ''] = violationsOf({ pool_setup: `\u001b[2J\u202e\u{e0020}${'x'.repeat(100)}` })
  t.match(said, '"\\u001b[2J\\u202e\\u{e0020}xxxx')
  t.match(said, '… (')
  t.ok(said.length < 200)
})

t.test('null is a field left out, as for the API server', async (t) => {
  const spec = {
    pool_setup: null,
    mcrouterPort: null,
    tolerations: [{ key: 'a', value: null }],
    node_selector: null,
  }
  const judgement = judge(object(spec))
  t.match(judgement, { accepted: true, spec: { pool_setup: 'replicated', mcrouter_port: 5000 } })
})
