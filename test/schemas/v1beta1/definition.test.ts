import t from 'tap'
import { customResourceDefinition } from '../../../schemas/generate/crd.ts'
import { rangeInWords } from '../../../schemas/generate/range.ts'
import type { Schema } from '../../../schemas/schema.ts'
import { celRules } from '../../../schemas/v1beta1/cel.ts'
import { at } from '../../support/at.ts'
import { checkNodes } from '../../support/structural-nodes.ts'
import { BOTH, V1BETA1 } from './version.ts'

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

t.test('kubectl explain tells the default of every field, and what is allowed', async (t) => {
  const told = (...path: string[]) => at(spec, 'properties', ...path, 'description')
  const main = (name: string) => told('memcached', 'properties', name)
  t.match(main('shards'), / Default: 3, allowed: 1 to 1000\.$/)
  t.match(main('memory'), / Default: "256Mi", allowed: .*[^.]\.$/)
  t.match(main('writes'), / Default: "Available"\.$/, 'explain lists the values of an enum itself')
  t.match(told('memcached', 'properties', 'external', 'items', 'properties', 'tls'), / Default: false\.$/)
  t.match(told('memcached', 'properties', 'gutter', 'properties', 'ttl'), / Default: 60s\. Allowed: /)
  t.match(told('pools', 'items', 'properties', 'threads'), / Default: 4, allowed: 1 to \d+\.$/)
  t.match(told('router', 'properties', 'threads'), / Allowed: 1 to 64\.$/)
  t.match(
    told('router', 'properties', 'timeouts', 'properties', 'connect'),
    / Default: "200ms", allowed: from 10ms/,
  )
  t.equal(untold(V1BETA1.writtenSchema, spec).join('\n'), '')
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

t.test('the API server fills in no count of the main pool, and tells the default of each', async (t) => {
  const fields = (...path: string[]) => at(spec, 'properties', ...path, 'properties')
  for (const [name, value] of [
    ['shards', 3],
    ['copies', 1],
  ] as const) {
    t.match(at(fields('memcached'), name), { default: undefined })
    t.match(
      at(fields('memcached'), name, 'description'),
      new RegExp(` follows replicas .* Default: ${value}, allowed: `),
    )
    t.equal(at(spec, 'properties', 'memcached', 'default', name), undefined)
    t.equal(at(spec, 'default', 'memcached', name), undefined)
    t.match(at(fields('pools', 'items'), name), { default: value }, 'nothing scales those of another')
  }
})

t.test('lists that are maps have their keys, and those whose order counts are of one piece', async (t) => {
  const list = (...path: string[]) => at(spec, ...path.flatMap((name) => ['properties', name]))
  t.match(list('pools'), { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] })
  t.match(list('prefixes'), { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['prefix'] })
  for (const name of ['external', 'args'])
    t.match(list('memcached', name), { 'x-kubernetes-list-type': 'atomic' }, name)
})

t.test('nothing reaches containers, volumes, host namespaces or service accounts', async (t) => {
  // Who may connect is said by namespaces as well, and reaches NetworkPolicies alone.
  const { access, ...others } = Object(at(spec, 'properties'))
  t.ok(access)
  const names = [...JSON.stringify(others).matchAll(/"(\w+)":\{/g)].map(([, name = '']) => name)
  t.ok(names.includes('tolerations'))
  const risky =
    /^(securityContext|volumes?|volumeMounts|host(Network|PID|IPC|Path|Users)|serviceAccount\w*|env|command|initContainers|namespaces|namespaceSelector|externalIPs)$/
  t.same(
    names.filter((name) => risky.test(name)),
    [],
  )
})

/** Paths of fields whose description in the definition lacks the default, or what is allowed. */
function untold({ properties = {}, items }: Schema, node: unknown, path = 'spec'): string[] {
  const ofItems = items === undefined ? [] : untold(items, at(node, 'items'), `${path}[]`)
  const ofMembers = Object.entries(properties).flatMap(([name, field]) => {
    const here = at(node, 'properties', name)
    const words = field.enum === undefined ? rangeInWords(field) : ''
    const wanted = [
      field.default === undefined ? '' : `efault: ${JSON.stringify(field.default)}`,
      words === '' ? '' : `llowed: ${words}.`,
    ]
    const isTold = wanted.every((part) => `${at(here, 'description')}`.includes(part))
    return [...(isTold ? [] : [`${path}.${name}`]), ...untold(field, here, `${path}.${name}`)]
  })
  return [...ofItems, ...ofMembers]
}
