import t from 'tap'
import { customResourceDefinition } from '../../schemas/generate/crd.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { V1ALPHA3 } from '../../schemas/v1alpha3/version.ts'
import { startControlPlane } from '../../testing/control-plane/index.ts'
import { eventually } from '../../testing/deadline.ts'
import { mcrouter } from '../support/cluster.ts'

/** In which nothing has to be converted. */
const CRD = JSON.stringify(
  customResourceDefinition(
    { v1alpha3: { ...V1ALPHA3, storage: true } },
    { service: { namespace: 'default', name: 'server', path: '/convert' } },
  ),
)

t.test('while the webhook is away, the API server by itself', async (t) => {
  const { kubectl, stop } = await startControlPlane()
  t.teardown(() => stop())
  const crd = await kubectl(['create', '-f', '-'], { input: CRD })
  t.equal(crd.code, 0, crd.stderr)
  const create = (object: JsonObject) =>
    kubectl(['create', '--dry-run=server', '-o', 'json', '-f', '-'], { input: JSON.stringify(object) })
  await eventually('the API is served', async () => (await create(mcrouter('first'))).code === 0)

  t.test('fills in every default', async (t) => {
    for (const object of [mcrouter('empty'), { ...mcrouter('none'), spec: undefined }]) {
      t.same(JSON.parse((await create(object)).stdout).spec, V1ALPHA3.withDefaults({}))
    }
  })

  t.test('leaves the deprecated spelling to be normalised later', async (t) => {
    const { spec } = JSON.parse((await create(mcrouter('camel', { memcachedPoolSize: 5 }))).stdout)
    t.match(spec, { memcachedPoolSize: 5, memcached_pool_size: 2 })
  })

  t.test('refuses what a field cannot be', async (t) => {
    const { code, stderr } = await create(
      mcrouter('wrong', {
        pool_setup: 'shraded',
        mcrouter_port: 80,
        memcachedPoolSize: 0,
        memcached_image: 'a b',
      }),
    )
    t.equal(code, 1)
    for (const field of ['pool_setup', 'mcrouter_port', 'memcachedPoolSize', 'memcached_image'])
      t.match(stderr, `spec.${field}`)
  })

  t.test('refuses what fields cannot be together', async (t) => {
    const spec = {
      memcached_max_item_size: '300m',
      memcached_max_connections: 64,
      mcrouter_replicas: 50,
      debug_fifo_root: '/usr/fifos',
      mcrouter_resources: { requests: { cpu: 2 }, limits: { cpu: '1500m' } },
      memcached_resources: { requests: { memory: '512m' }, limits: { memory: '256Mi' } },
      node_selector: { 'a b': 'c' },
      tolerations: [{}, { key: 'a', operator: 'Exists', value: 'b' }, { key: 'a', tolerationSeconds: 5 }],
      image_pull_secrets: [{ name: 'a' }, { name: 'a' }],
    }
    const { code, stderr } = await create(mcrouter('wrong', spec))
    t.equal(code, 1)
    for (const said of [
      'spec.memcached_max_item_size: Invalid value: must be at most half of memcached_memory_mb',
      'spec.memcached_max_connections: Invalid value: must be at least 32 and twice mcrouter_replicas',
      'spec.debug_fifo_root: Invalid value: "/usr/fifos"',
      'spec.mcrouter_resources.requests.cpu: Invalid value: must not be more than limits.cpu',
      'spec.memcached_resources.requests.memory: Invalid value: "512m": must be a quantity of at least 1Mi',
      'spec.memcached_resources.limits.memory: Invalid value: must be at least memcached_memory_mb',
      'spec.node_selector: Invalid value: the keys must be label keys',
      'spec.tolerations[0]: Invalid value: operator must be Exists',
      'spec.tolerations[1]: Invalid value: value must be empty',
      'spec.tolerations[2]: Invalid value: effect must be NoExecute',
      'spec.image_pull_secrets[1]: Duplicate value',
    ]) {
      t.ok(stderr.includes(said), said)
    }
  })

  t.test('refuses a name that other names cannot be made from', async (t) => {
    for (const name of ['1st', 'a.b', 'a'.repeat(43)]) {
      t.match(await create(mcrouter(name)), { code: 1, stderr: /metadata\.name must be at most 42/ })
    }
    t.match(await create(mcrouter('a'.repeat(42))), { code: 0 })
  })

  t.test('lets an object be that has had such a name since before', async (t) => {
    const succeeds = async (...args: Parameters<typeof kubectl>) => {
      const { code, stderr } = await kubectl(...args)
      t.equal(code, 0, stderr)
    }
    const rules = '/spec/versions/0/schema/openAPIV3Schema/x-kubernetes-validations'
    const withoutRules = JSON.stringify([{ op: 'remove', path: rules }])
    await succeeds(['patch', 'crd', 'mcrouters.mcrouter.example.com', '--type=json', '-p', withoutRules])
    await eventually('any name will do', async () => (await create(mcrouter('1st'))).code === 0)
    await succeeds(['create', '-f', '-'], { input: JSON.stringify(mcrouter('1st')) })
    await succeeds(['replace', '-f', '-'], { input: CRD })
    await eventually('the rules are in force again', async () => (await create(mcrouter('2nd'))).code !== 0)

    await succeeds(['label', 'mcrouter/1st', 'team=web'])
    const status = JSON.stringify({ status: { observedGeneration: 1 } })
    await succeeds(['patch', 'mcrouter/1st', '--subresource=status', '--type=merge', '-p', status])
  })
})
