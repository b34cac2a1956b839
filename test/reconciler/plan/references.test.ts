import t from 'tap'
import { records } from '../../../reconciler/observe/untyped.ts'
import { refersTo } from '../../../reconciler/plan/references.ts'
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
