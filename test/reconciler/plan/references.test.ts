import t from 'tap'
import { records } from '../../../reconciler/observe/untyped.ts'
import { referencesOf } from '../../../reconciler/plan/references.ts'
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
    t.ok(referencesOf(kind, 'cache').includes(reference), `${kind} to ${reference}`)
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
