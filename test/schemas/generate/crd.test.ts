import { load } from 'js-yaml'
import t from 'tap'
import { customResourceDefinition, definitionSpecFile } from '../../../schemas/generate/crd.ts'
import { celRules } from '../../../schemas/v1alpha3/cel.ts'
import { VERSIONS } from '../../../schemas/versions.ts'
import { at } from '../../support/at.ts'
import { checkNodes } from '../../support/structural-nodes.ts'

const service = { namespace: 'caches', name: 'server', path: '/convert' }
const crd: unknown = JSON.parse(JSON.stringify(customResourceDefinition(VERSIONS, { service })))
const version = at(crd, 'spec', 'versions', 0)
const spec = at(version, 'schema', 'openAPIV3Schema', 'properties', 'spec')

t.test("the chart's file is its spec but for the conversion", async (t) => {
  const file: unknown = load(definitionSpecFile())
  t.strictSame(at(crd, 'spec'), { conversion: at(crd, 'spec', 'conversion'), ...Object(file) })
})

t.test('names, scope and subresources', async (t) => {
  t.match(crd, {
    metadata: { name: 'mcrouters.mcrouter.example.com' },
    spec: {
      group: 'mcrouter.example.com',
      scope: 'Namespaced',
      names: { shortNames: ['mcr'], kind: 'Mcrouter', categories: ['all'] },
    },
  })
  t.match(version, {
    name: 'v1alpha3',
    storage: false,
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
  checkNodes(t, at(version, 'schema', 'openAPIV3Schema'))
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
  const placed = JSON.stringify(version).split('"rule":').length - 1
  t.equal(placed, celRules().length)
})
