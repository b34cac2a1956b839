import t from 'tap'
import { records } from '../../../reconciler/observe/untyped.ts'
import { identity } from '../../../reconciler/plan/plan.ts'
import { refersTo } from '../../../reconciler/plan/references.ts'
import { KINDS, kindsOf } from '../../../render/kinds.ts'
import { at } from '../../support/at.ts'
import { desiredOf } from './applied.ts'

t.test('what an object refers to by name is known', async (t) => {
  const found = desiredOf().flatMap((manifest) => {
    const { spec } = manifest
    const volumes = records(at(spec, 'template', 'spec', 'volumes'))
    const mounted = volumes.flatMap((volume) => at(volume, 'configMap', 'name') ?? [])
    const service = at(spec, 'serviceName')
    return [
      ...mounted.map((name) => [manifest.kind, `ConfigMap ${name}`]),
      ...(service === undefined ? [] : [[manifest.kind, `Service ${service}`]]),
    ]
  })
  t.strictSame(found, [
    ['Deployment', 'ConfigMap cache-config'],
    ['StatefulSet', 'Service cache-memcached'],
  ])
  for (const [kind = '', reference = ''] of found) {
    const referring = desiredOf().filter((manifest) => manifest.kind === kind)
    const referred = desiredOf().filter((one) => `${one.kind} ${one.metadata.name}` === reference)
    t.equal(referred.length, 1)
    for (const from of referring)
      for (const to of referred) t.ok(refersTo({ name: 'cache' }, from, to), `${kind} to ${reference}`)
  }
})

t.test(
  'an object of a pool refers to those of its pool alone, and what serves all of them to all',
  async (t) => {
    const all = desiredOf({ pools: [{ name: 'users', servers: 2 }] })
    const referred = (name: string) => {
      const [from] = all.filter((one) => identity(one) === name)
      return all
        .filter((to) => from !== undefined && refersTo({ name: 'cache' }, from, to))
        .map(identity)
        .toSorted()
    }
    t.strictSame(Object.fromEntries(all.map((one) => [identity(one), referred(identity(one))])), {
      'ConfigMap cache-config': ['Service cache-memcached', 'Service cache-memcached-users'],
      'Deployment cache': [
        'ConfigMap cache-config',
        'StatefulSet cache-memcached',
        'StatefulSet cache-memcached-users',
      ],
      'PodDisruptionBudget cache': [],
      'PodDisruptionBudget cache-memcached': [],
      'PodDisruptionBudget cache-memcached-users': [],
      'Service cache': [],
      'Service cache-memcached': [],
      'Service cache-memcached-users': [],
      'StatefulSet cache-memcached': ['Service cache-memcached'],
      'StatefulSet cache-memcached-users': ['Service cache-memcached-users'],
    })
  },
)

t.test('which kinds refer to which is said by the table of kinds alone', async (t) => {
  const kinds = kindsOf([...KINDS.values()].map((kind) => ({ ...kind, refersTo: [] })))
  const all = desiredOf()
  for (const from of all) for (const to of all) t.notOk(refersTo({ name: 'cache' }, from, to, kinds))
})

t.test('nothing that pods could use under its name is referred to without being known', async (t) => {
  const text = JSON.stringify(desiredOf())
  for (const field of [
    'secretName',
    'secretRef',
    'secretKeyRef',
    'configMapRef',
    'configMapKeyRef',
    'claimName',
  ])
    t.notMatch(text, `"${field}"`)
})
