import { load } from 'js-yaml'
import t from 'tap'
import { crdManifest, customResourceDefinition } from '../../../schemas/generate/crd.ts'
import { celRules } from '../../../schemas/v1alpha3/cel.ts'
import { at } from '../../support/at.ts'

const crd: unknown = load(crdManifest())
const version = at(crd, 'spec', 'versions', 0)
const spec = at(version, 'schema', 'openAPIV3Schema', 'properties', 'spec')

t.test('the manifest is the definition', async (t) => {
  t.strictSame(crd, JSON.parse(JSON.stringify(customResourceDefinition())))
})

t.test('names, scope and subresources', async (t) => {
  t.match(crd, {
    metadata: { name: 'mcrouters.mcrouter.example.com', annotations: { 'helm.sh/resource-policy': 'keep' } },
    spec: {
      group: 'mcrouter.example.com',
      scope: 'Namespaced',
      names: { shortNames: ['mcr'], kind: 'Mcrouter' },
    },
  })
  t.match(version, {
    name: 'v1alpha3',
    storage: true,
    subresources: {
      status: {},
      scale: {
        specReplicasPath: '.spec.memcached_pool_size',
        statusReplicasPath: '.status.replicas',
        labelSelectorPath: '.status.selector',
      },
    },
  })
})

t.test('every node is described, and every text, list and map is bounded', async (t) => {
  for (const [path, node] of nodes(at(version, 'schema', 'openAPIV3Schema'), '')) {
    if (path === '.metadata') continue
    const described =
      path.endsWith('{}') || at(node, 'description') !== undefined || /servers\[\]$/.test(path)
    t.ok(described, `${path} is described`)
    const type = at(node, 'type')
    const isText = type === 'string' || at(node, 'x-kubernetes-int-or-string') === true
    const isBoundedText = at(node, 'maxLength') !== undefined || at(node, 'enum') !== undefined
    if (isText && path.startsWith('.s')) t.ok(isBoundedText, `${path} is bounded`)
    if (type === 'array') t.ok(at(node, 'maxItems') !== undefined, `${path} is bounded`)
    if (at(node, 'additionalProperties') !== undefined)
      t.ok(at(node, 'maxProperties') !== undefined, `${path} is bounded`)
  }
})

t.test(
  'kubectl explain, which shows descriptions only, tells the default of a field and what is allowed',
  async (t) => {
    const told = (field: string) => at(spec, 'properties', field, 'description')
    t.match(told('mcrouter_port'), / Default: 5000, allowed: from 1024 to 65535 \(/)
    t.match(told('memcached_pool_size'), / Default: 2, allowed: 1 to 1000\.$/)
    t.match(told('pool_setup'), / Default: "replicated"\.$/, 'explain lists the values of an enum itself')
  },
)

t.test('aliases are declared, deprecated and without a default; what they stand for has one', async (t) => {
  for (const [alias, field] of Object.entries({ mcrouterImage: 'mcrouter_image', poolSetup: 'pool_setup' })) {
    t.equal(at(spec, 'properties', alias, 'default'), undefined)
    t.match(at(spec, 'properties', alias, 'description'), `Deprecated: write ${field}.`)
    t.not(at(spec, 'properties', field, 'default'), undefined)
  }
})

t.test('no rule is lost: each is at a node that exists', async (t) => {
  const placed = JSON.stringify(crd).split('"rule":').length - 1
  t.equal(placed, celRules().length)
})

/** Every node of a structural schema with its path. */
function nodes(node: unknown, path: string): [string, unknown][] {
  const properties = Object.entries(at(node, 'properties') ?? {})
  const items = at(node, 'items')
  const values = at(node, 'additionalProperties')
  return [
    [path, node],
    ...properties.flatMap(([key, inner]) => nodes(inner, `${path}.${key}`)),
    ...(items === undefined ? [] : nodes(items, `${path}[]`)),
    ...(values === undefined ? [] : nodes(values, `${path}{}`)),
  ]
}
