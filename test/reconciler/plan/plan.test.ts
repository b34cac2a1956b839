import t from 'tap'
import { record } from '../../../reconciler/observe/untyped.ts'
import { type Change, planOf } from '../../../reconciler/plan/plan.ts'
import { applied, desiredOf } from './applied.ts'

function actions(changes: readonly Change[]): string[] {
  return changes.map((change) => {
    const { kind, metadata } = 'manifest' in change ? change.manifest : change.child
    return `${change.action} ${kind} ${metadata.name}`
  })
}

t.test('what does not exist is created', async (t) => {
  t.strictSame(actions(planOf(desiredOf(), [])).sort(), [
    'create ConfigMap cache-config',
    'create Deployment cache',
    'create PodDisruptionBudget cache',
    'create PodDisruptionBudget cache-memcached',
    'create Service cache',
    'create Service cache-memcached',
    'create StatefulSet cache-memcached',
  ])
})

t.test('what is as desired is left alone', async (t) => {
  const children = desiredOf().map(applied)
  for (const { action } of planOf(desiredOf(), children)) t.equal(action, 'unchanged')
})

t.test('what differs is configured, and it is said where', async (t) => {
  const children = desiredOf().map(applied)
  const changes = planOf(desiredOf({ memcached: { image: 'memcached:1.6' } }), children)
  const configured = changes.filter(({ action }) => action !== 'unchanged')
  t.match(configured, [
    {
      action: 'configure',
      paths: ['spec.template.spec.containers[memcached].image'],
      child: { metadata: { resourceVersion: '7' } },
    },
  ])
})

t.test('an object with another selector has to be made anew', async (t) => {
  const [deployment] = desiredOf().filter(({ kind }) => kind === 'Deployment')
  if (deployment === undefined) throw new Error('no Deployment')
  const other = applied(deployment)
  const spec = { ...record(deployment.spec), selector: { matchLabels: { app: 'mcrouter' } } }
  const changes = planOf([deployment], [{ ...other, owned: { ...other.owned, spec } }])
  t.match(changes, [{ action: 'recreate' }])
})

t.test('what is being deleted is waited for', async (t) => {
  const children = desiredOf().map((manifest) => {
    const child = applied(manifest)
    return { ...child, metadata: { ...child.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }
  })
  for (const { action } of planOf(desiredOf(), children)) t.equal(action, 'wait')
})

t.test('what is no longer desired is pruned, whatever name it has', async (t) => {
  const desired = desiredOf()
  const children = desired.map(applied)
  const less = desired.filter(({ kind }) => kind !== 'PodDisruptionBudget')
  const [model] = children
  if (model === undefined) throw new Error('nothing is desired')
  const leftover = { ...model, metadata: { ...model.metadata, name: 'cache-before' } }
  const pruned = planOf(less, children, [leftover]).filter(({ action }) => action === 'prune')
  t.strictSame(actions(pruned), [
    'prune PodDisruptionBudget cache',
    'prune PodDisruptionBudget cache-memcached',
    `prune ${model.kind} cache-before`,
  ])
})

t.test('what is being deleted already is not pruned', async (t) => {
  const deletionTimestamp = '2026-01-01T00:00:00Z'
  const leftovers = desiredOf().map((manifest) => {
    const child = applied(manifest)
    return { ...child, metadata: { ...child.metadata, deletionTimestamp } }
  })
  t.strictSame(planOf([], [], leftovers), [])
})
