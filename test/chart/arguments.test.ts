import t from 'tap'
import { parseFlags } from '../../reconciler/flags.ts'
import { DEFAULT_IMAGES } from '../../schemas/images.ts'
import { parseFlags as parseServerFlags } from '../../server/flags.ts'
import { atPath } from '../support/at.ts'
import { ofKind, render } from './chart.ts'

t.test(
  'what values say of scaling is what the reconciler does; they default to its own defaults',
  async (t) => {
    const parsed = async (...values: string[]) => {
      const reconciler = ofKind(await render(...values), 'Deployment').find(({ metadata }) =>
        metadata.name.endsWith('reconciler'),
      )
      const args = atPath(reconciler, 'spec.template.spec.containers.0.args')
      const [command, ...flags] = Array.isArray(args) ? args.map(String) : []
      t.equal(command, 'reconciler')
      const { confirmRouters, confirmMs, graceMs, fillMs, concurrency } = parseFlags(flags) ?? {}
      return { confirmRouters, confirmMs, graceMs, fillMs, concurrency }
    }
    const { confirmRouters, confirmMs, graceMs, fillMs, concurrency } = parseFlags([]) ?? {}
    t.strictSame(await parsed(), { confirmRouters, confirmMs, graceMs, fillMs, concurrency })
    t.strictSame(
      await parsed(
        '--set=reconciler.confirmRouters=false,reconciler.confirmTimeoutSeconds=86400',
        '--set=reconciler.shrinkGraceSeconds=0,reconciler.concurrency=256,reconciler.fillSeconds=1',
      ),
      { confirmRouters: false, confirmMs: 86_400_000, graceMs: 0, fillMs: 1_000, concurrency: 256 },
    )
  },
)

t.test('the images of Mcrouters that name none reach both processes', async (t) => {
  const [memcached, mcrouter] = [
    `registry.example.com:5000/memcached@sha256:${'a'.repeat(64)}`,
    'mcrouter:own',
  ]
  const manifests = await render(
    `--set=defaults.images.memcached=${memcached}`,
    `--set=defaults.images.mcrouter=${mcrouter}`,
  )
  for (const [part, parse] of BOTH)
    t.match(parse(argsOf(manifests, part)), { images: { memcached, mcrouter } }, part)
  const plain = await render()
  for (const [part, parse] of BOTH) t.match(parse(argsOf(plain, part)), { images: DEFAULT_IMAGES }, part)
})

t.test('what is to be inherited reaches both processes', async (t) => {
  const manifests = await render(
    '--set=inherit.labels={team,example.com/}',
    '--set=inherit.annotations={note}',
  )
  const inherit = { labels: ['team', 'example.com/'], annotations: ['note'] }
  for (const [part, parse] of BOTH) t.match(parse(argsOf(manifests, part)), { inherit }, part)
})

t.test('both processes know by what NetworkPolicies admit the pods that ask', async (t) => {
  const manifests = await render('--set=nameOverride=caches')
  const reconciler = ofKind(manifests, 'Deployment').find(({ metadata }) =>
    metadata.name.endsWith('reconciler'),
  )
  const labels = atPath(reconciler, 'spec.template.metadata.labels')
  for (const [part, parse] of BOTH) {
    const { operatorPods } = parse(argsOf(manifests, part)) ?? {}
    t.equal(operatorPods?.namespace, reconciler?.metadata.namespace, part)
    t.match(labels, operatorPods?.labels, part)
    t.match(operatorPods?.labels, { 'app.kubernetes.io/name': 'caches' }, part)
  }
  t.match(labels, { 'app.kubernetes.io/component': 'reconciler' })
})

const BOTH = [
  ['reconciler', parseFlags],
  ['server', parseServerFlags],
] as const

function argsOf(manifests: Awaited<ReturnType<typeof render>>, part: string): string[] {
  const deployment = ofKind(manifests, 'Deployment').find(({ metadata }) => metadata.name.endsWith(part))
  const args = atPath(deployment, 'spec.template.spec.containers.0.args')
  return Array.isArray(args) ? args.slice(1).map(String) : []
}
