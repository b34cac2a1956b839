import t from 'tap'
import { ApiError } from '../../../reconciler/kube/connection/errors.ts'
import type { Pod } from '../../../reconciler/observe/pod.ts'
import type { RouterState } from '../../../reconciler/routers/confirm.ts'
import { nudge } from '../../../reconciler/routers/nudge.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { NUDGE_ANNOTATION } from '../../../schemas/well-known.ts'
import { routerPods } from '../pod.ts'
import { passWith } from '../reconcile-context.ts'

const NOW = Date.UTC(2026, 0, 31, 12)

async function nudged(pods: readonly Pod[], runs: RouterState['runs'], overdue = false): Promise<string[]> {
  const names: string[] = []
  const merge = async (_resource: unknown, key: { name: string }, _patch: JsonObject) => {
    names.push(key.name)
    return { apiVersion: 'v1', kind: 'Pod', metadata: { name: key.name, uid: 'u', resourceVersion: '2' } }
  }
  const states = pods.map(({ metadata: { name } }) =>
    runs === 'unknown' ? { pod: name, runs, because: '' } : { pod: name, runs },
  )
  await nudge(passWith({ merge }), pods, states, { digest: 'new', overdue }, NOW)
  return names
}

const at = (seconds: number, digest = 'new') => `${digest} ${new Date(NOW - seconds * 1000).toISOString()}`

t.test('pods of routers on an older configuration are nudged, and no others', async (t) => {
  t.strictSame(await nudged(routerPods(2), 'old'), ['r-0', 'r-1'])
  t.strictSame(await nudged(routerPods(2), 'published'), [])
  t.strictSame(await nudged(routerPods(2), 'refused'), [], 'it has it already')
  t.strictSame(await nudged(routerPods(2), 'unknown'), [])
})

t.test('again after a while, more rarely once they are overdue', async (t) => {
  t.strictSame(await nudged(routerPods(1, { nudged: at(4) }), 'old'), [])
  t.strictSame(await nudged(routerPods(1, { nudged: at(5) }), 'old'), ['r-0'])
  t.strictSame(
    await nudged(routerPods(1, { nudged: at(1, 'before') }), 'old'),
    ['r-0'],
    'for another configuration',
  )
  t.strictSame(await nudged(routerPods(1, { nudged: at(59) }), 'old', true), [])
  t.strictSame(await nudged(routerPods(1, { nudged: at(60) }), 'old', true), ['r-0'])
  t.strictSame(await nudged(routerPods(1, { nudged: 'nonsense' }), 'old'), ['r-0'])
})

t.test('a pod that cannot be nudged holds up nothing', async (t) => {
  const merge = () => Promise.reject(new ApiError('gone', { status: 404, reason: 'NotFound' }))
  const states = [{ pod: 'r-0', runs: 'old' as const }]
  await t.resolves(nudge(passWith({ merge }), routerPods(1), states, { digest: 'new', overdue: false }, NOW))
})

t.test('the annotation is of our own group', async (t) => {
  t.match(NUDGE_ANNOTATION, /^mcrouter\.example\.com\//)
})
