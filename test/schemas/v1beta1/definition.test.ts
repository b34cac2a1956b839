import t from 'tap'
import { customResourceDefinition } from '../../../schemas/generate/crd.ts'
import { celRules } from '../../../schemas/v1beta1/cel.ts'
import { at } from '../../support/at.ts'
import { checkNodes } from '../../support/structural-nodes.ts'
import { BOTH } from './version.ts'

const conversion = { service: { namespace: 'a', name: 'b', path: '/convert' } }
const crd: unknown = JSON.parse(JSON.stringify(customResourceDefinition(BOTH, conversion)))
const version = at(crd, 'spec', 'versions', 1)
const schema = at(version, 'schema', 'openAPIV3Schema')
const spec = at(schema, 'properties', 'spec')

t.test('both versions are in it, and replicas of the main pool are what is scaled', async (t) => {
  t.match(at(crd, 'spec', 'versions', 0), { name: 'v1alpha3', storage: false })
  t.match(version, { name: 'v1beta1', storage: true })
  t.match(at(version, 'subresources', 'scale'), {
    specReplicasPath: '.spec.memcached.replicas',
    statusReplicasPath: '.status.replicas',
  })
})

t.test('every node is described, and every text, list and map is bounded', async (t) => {
  checkNodes(t, schema)
})

t.test('no rule is lost: each is at a node that exists', async (t) => {
  t.equal(JSON.stringify(version).split('"rule":').length - 1, celRules().length)
})

t.test('nothing is required that has a default', async (t) => {
  t.equal(at(spec, 'required'), undefined)
  t.equal(at(spec, 'properties', 'memcached', 'required'), undefined)
  t.same(at(spec, 'properties', 'pools', 'items', 'required'), ['name'])
  t.same(at(spec, 'properties', 'prefixes', 'items', 'required'), ['prefix', 'pool'])
  t.same(at(spec, 'properties', 'memcached', 'properties', 'external', 'items', 'required'), ['host'])
})

t.test('lists that are maps have their keys, and those whose order counts are of one piece', async (t) => {
  const list = (...path: string[]) => at(spec, ...path.flatMap((name) => ['properties', name]))
  t.match(list('pools'), { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] })
  t.match(list('prefixes'), { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['prefix'] })
  for (const name of ['external', 'args'])
    t.match(list('memcached', name), { 'x-kubernetes-list-type': 'atomic' }, name)
})

t.test('nothing reaches containers, volumes, host namespaces or service accounts', async (t) => {
  const names = [...JSON.stringify(spec).matchAll(/"(\w+)":\{/g)].map(([, name = '']) => name)
  t.ok(names.includes('tolerations'))
  const risky =
    /^(securityContext|volumes?|volumeMounts|host(Network|PID|IPC|Path|Users)|serviceAccount\w*|env|command|initContainers|namespaces|namespaceSelector|externalIPs)$/
  t.same(
    names.filter((name) => risky.test(name)),
    [],
  )
})
