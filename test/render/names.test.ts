import t from 'tap'
import { labelsOf, selectorOf } from '../../render/labels.ts'
import { copyOfObject, isSharedObject, partOf, poolOfObject, zoneName } from '../../render/names.ts'
import { COPY_LABEL } from '../../schemas/well-known.ts'

const MCROUTER = { name: 'cache' }

function named(kind: string, name: string) {
  return { kind, metadata: { name } }
}

t.test('the routers of a zone have a Deployment of their own', async (t) => {
  for (const copy of [0, 9]) {
    const deployment = named('Deployment', zoneName(MCROUTER, copy))
    t.equal(partOf(MCROUTER, deployment), 'routers')
    t.equal(copyOfObject(MCROUTER, deployment), copy)
    t.equal(poolOfObject(MCROUTER, deployment), undefined)
    t.equal(isSharedObject(MCROUTER, deployment), false, 'not every Mcrouter of that name has it')
  }
  for (const name of [
    'cache-mcrouter-10',
    'cache-mcrouter-',
    'cache-mcrouter',
    'cache-mcrouter-a',
    'other-mcrouter-0',
  ])
    t.equal(partOf(MCROUTER, named('Deployment', name)), undefined, name)
  t.equal(copyOfObject(MCROUTER, named('Deployment', 'cache')), undefined)
  t.equal(isSharedObject(MCROUTER, named('Deployment', 'cache')), true)
})

t.test('the servers of a copy have a StatefulSet of their own', async (t) => {
  for (const [name, pool, copy] of [
    ['cache-copy-0', 'main', 0],
    ['cache-copy-3-users', 'users', 3],
    ['cache-memcached', 'main', undefined],
    ['cache-memcached-copy-0', 'copy-0', undefined],
  ] as const) {
    const statefulSet = named('StatefulSet', name)
    t.equal(poolOfObject(MCROUTER, statefulSet), pool, name)
    t.equal(copyOfObject(MCROUTER, statefulSet), copy, name)
    t.equal(partOf(MCROUTER, statefulSet), 'pool', name)
  }
})

t.test('no object of another kind is of one zone alone', async (t) => {
  for (const kind of [
    'Service',
    'ConfigMap',
    'DaemonSet',
    'PodDisruptionBudget',
    'NetworkPolicy',
    'Secret',
  ]) {
    for (const name of ['cache-copy-0', 'cache-copy-0-users', 'cache-mcrouter-0']) {
      t.equal(partOf(MCROUTER, named(kind, name)), undefined, `${kind} ${name}`)
      t.equal(copyOfObject(MCROUTER, named(kind, name)), undefined, `${kind} ${name}`)
    }
  }
  t.equal(partOf(MCROUTER, named('StatefulSet', 'cache-mcrouter-0')), undefined)
  t.equal(partOf(MCROUTER, named('Deployment', 'cache-copy-0')), undefined)
})

t.test('what is in a zone is selected by its place beside its tier', async (t) => {
  for (const tier of ['mcrouter', { pool: 'main' }] as const) {
    t.strictSame(selectorOf(MCROUTER, tier, 1), { ...selectorOf(MCROUTER, tier), [COPY_LABEL]: '1' })
    t.strictSame(labelsOf(MCROUTER, tier, 1), { ...labelsOf(MCROUTER, tier), [COPY_LABEL]: '1' })
    t.notOk(COPY_LABEL in labelsOf(MCROUTER, tier))
  }
})
