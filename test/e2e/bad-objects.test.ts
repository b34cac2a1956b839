import t from 'tap'
import { eventually } from '../../testing/deadline.ts'
import { apply, kubectlOk } from './support/cluster.ts'
import { figure } from './support/figures.ts'
import { Mcrouter } from './support/mcrouter.ts'
import { namespace } from './support/namespace.ts'
import { installOperator } from './support/operator.ts'

const NAMESPACE = 'mcrouter-e2e-bad-objects'
/** kubelet and the scheduler say within seconds what is wrong; so has the status to. */
const NOTICED_MS = 30_000

interface Trouble {
  readonly what: string
  readonly spec: object
  /** Of condition Degraded. */
  readonly reason: string
  /** What its message must name. */
  readonly words: RegExp
  readonly mended: object
}

const troubles: readonly Trouble[] = [
  {
    what: 'a memcached image that nobody can pull',
    spec: { memcached_image: 'registry.invalid/memcached:1' },
    reason: 'ImagePullFailed',
    words: /bad-0-memcached-\d.*registry\.invalid\/memcached:1/s,
    mended: { memcached_image: 'memcached:1.6-alpine' },
  },
  {
    what: 'a router image that nobody can pull',
    spec: { mcrouter_image: 'registry.invalid/mcrouter:1' },
    reason: 'ImagePullFailed',
    words: /bad-1-.*registry\.invalid\/mcrouter:1/s,
    mended: { mcrouter_image: 'devan2502/mcrouter:latest' },
  },
  {
    what: 'a router image without mcrouter in it',
    spec: { mcrouter_image: 'memcached:1.6-alpine' },
    reason: 'CrashLooping',
    words: /bad-2-.*mcrouter/s,
    mended: { mcrouter_image: 'devan2502/mcrouter:latest' },
  },
  {
    what: 'more memory than any node has',
    spec: { memcached_resources: { requests: { memory: '4Ti' }, limits: { memory: '4Ti' } } },
    reason: 'Unschedulable',
    words: /bad-3-memcached-\d.*Insufficient memory/s,
    mended: { memcached_resources: { requests: { memory: '400Mi' }, limits: { memory: '400Mi' } } },
  },
  {
    what: 'a node selector that no node fits',
    spec: { node_selector: { 'example.com/no-such': 'label' } },
    reason: 'Unschedulable',
    words: /bad-4-.*(affinity|selector)/s,
    mended: { node_selector: null },
  },
]

t.before(async () => {
  await namespace(t, NAMESPACE)
  await installOperator(t)
})

for (const [index, { what, spec, reason, words, mended }] of troubles.entries()) {
  t.test(`${what}: the status says what is wrong with which pod, and recovers`, async (t) => {
    const mcrouter = new Mcrouter(NAMESPACE, `bad-${index}`)
    t.teardown(() => kubectlOk(['-n', NAMESPACE, 'delete', 'mcrouter', mcrouter.name]))
    const began = performance.now()
    await mcrouter.apply(spec)
    const degraded = await eventually(
      `Degraded with ${reason}`,
      async () => {
        const condition = await mcrouter.condition('Degraded')
        return condition?.status === 'True' && condition.reason === reason && condition
      },
      { withinMs: NOTICED_MS },
    )
    t.match(degraded.message, words)
    t.match(await mcrouter.condition('Available'), { status: 'False' })
    figure(t, `${what}, until the status says so`, `${((performance.now() - began) / 1000).toFixed(1)} s`)
    t.comment(`Degraded: ${degraded.message}`)

    await mcrouter.patch(mended)
    await mcrouter.settled()
  })
}

t.test('a bad change of something that runs leaves it running', async (t) => {
  const mcrouter = new Mcrouter(NAMESPACE, 'good')
  t.teardown(() => kubectlOk(['-n', NAMESPACE, 'delete', 'mcrouter', mcrouter.name]))
  await mcrouter.apply({ memcached_pool_size: 3 })
  await mcrouter.settled()

  await mcrouter.patch({
    memcached_image: 'registry.invalid/memcached:1',
    mcrouter_image: 'registry.invalid/mcrouter:1',
  })
  await eventually(
    'it is degraded',
    async () => (await mcrouter.condition('Degraded'))?.reason === 'ImagePullFailed',
  )
  t.match(
    await mcrouter.condition('Available'),
    { status: 'True' },
    'one server of three is missing, no router is',
  )

  await mcrouter.patch({
    memcached_image: 'memcached:1.6-alpine',
    mcrouter_image: 'devan2502/mcrouter:latest',
  })
  await mcrouter.settled()
})

t.test('pods that a quota refuses', async (t) => {
  const mcrouter = new Mcrouter(NAMESPACE, 'refused')
  t.teardown(() => kubectlOk(['-n', NAMESPACE, 'delete', 'mcrouter/refused', 'resourcequota/none']))
  const metadata = { name: 'none', namespace: NAMESPACE }
  await apply([{ apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard: { pods: '0' } } }])
  await mcrouter.apply({})
  const { message } = await eventually('it is degraded', async () => {
    const condition = await mcrouter.condition('Degraded')
    return condition?.reason === 'PodsRefused' && condition
  })
  t.match(message, /exceeded quota: none/)

  await kubectlOk([
    '-n',
    NAMESPACE,
    'patch',
    'resourcequota',
    'none',
    '--type=merge',
    '-p',
    '{"spec":{"hard":{"pods":"50"}}}',
  ])
  await mcrouter.settled()
})
