import t from 'tap'
import type { Child } from '../../../reconciler/observe/child.ts'
import { asAutoscaled } from '../../../reconciler/plan/autoscaled.ts'
import { planOf } from '../../../reconciler/plan/plan.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { at } from '../../support/at.ts'
import { applied, desiredOf } from './applied.ts'

const OVERRIDES = { routers: { replicas: 8, autoscaling: { min: 3, cpu: 70 } } }
const MCROUTER = mcrouterWith(OVERRIDES)

/** The Deployment that is desired beside one that is there. */
function desired(...children: readonly Child[]) {
  return desiredOf(OVERRIDES)
    .filter(({ kind }) => kind === 'Deployment')
    .map((manifest) => asAutoscaled(manifest, MCROUTER, children))
}

const replicasOf = (manifests: readonly object[]) => at(manifests[0], 'spec', 'replicas')

/** As it is once it has been applied so, and somebody has set another number. */
function deployment(owned: { readonly replicas?: number }, replicas: number): Child {
  const [child] = desired().map(applied)
  if (child === undefined) throw new Error('no Deployment')
  const { replicas: _, ...spec } = Object(child.owned.spec)
  return { ...child, replicas, owned: { ...child.owned, spec: { ...spec, ...owned } } }
}

t.test('a new one begins with as many routers as there are to be at least', async (t) => {
  t.equal(replicasOf(desired()), 3)
})

t.test('what we are the owner of is applied as it is, so that it does not become 1', async (t) => {
  const child = deployment({ replicas: 5 }, 5)
  t.equal(replicasOf(desired(child)), 5)
  t.match(planOf(desired(child), [child]), [{ action: 'unchanged' }])
})

t.test('what somebody else has set is theirs', async (t) => {
  const child = deployment({}, 6)
  t.equal(replicasOf(desired(child)), undefined)
  t.match(planOf(desired(child), [child]), [{ action: 'unchanged' }])
})

t.test(
  'at none, where no autoscaler acts any more, as many are applied as there are to be at least',
  async (t) => {
    for (const owned of [{}, { replicas: 0 }]) {
      const child = deployment(owned, 0)
      t.equal(replicasOf(desired(child)), 3)
      t.match(planOf(desired(child), [child]), [{ action: 'configure', paths: ['spec.replicas'] }])
    }
  },
)

t.test('one that was never applied keeps its routers, within the bounds', async (t) => {
  for (const [live, expected] of [
    [1, 3],
    [5, 5],
    [40, 8],
  ] as const)
    t.equal(replicasOf(desired({ ...deployment({}, live), owned: {} })), expected)
})

t.test('a number that the spec says is applied whoever has set another', async (t) => {
  const manifests = desiredOf({ routers: { replicas: 4 } })
  const fixed = manifests.map((one) => asAutoscaled(one, mcrouterWith(), [deployment({}, 6)]))
  t.strictSame(fixed, manifests)
  const [change] = planOf(
    fixed.filter(({ kind }) => kind === 'Deployment'),
    [deployment({}, 6)],
  )
  t.match(change, { action: 'configure', paths: ['spec.replicas'] })
})
