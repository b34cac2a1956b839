import { pathToFileURL } from 'node:url'
import t from 'tap'
import { loadTemplates } from '../../render/engine.ts'
import { render, renderWith } from '../../render/index.ts'
import { KINDS, kindsOf, SERVICE } from '../../render/kinds.ts'
import { ManifestError } from '../../render/manifest.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'

const SETTINGS = { clusterDomain: 'cluster.local' }
const GAUGE = { ...SERVICE, apiVersion: 'example.com/v1', kind: 'Gauge', plural: 'gauges', optional: true }
const TEMPLATE = `<% if (model.names.routers === 'measured') { %>
apiVersion: example.com/v1
kind: Gauge
metadata: { name: <%= model.names.routers %>, namespace: <%= model.namespace %>, labels: {} }
<% } %>
`

t.test('an object that only some Mcrouters have', async (t) => {
  const directory = t.testdir({ 'gauge.yaml.eta': TEMPLATE })
  const templates = loadTemplates(pathToFileURL(`${directory}/`))
  const gauges = renderWith(templates, kindsOf([...KINDS.values(), GAUGE]))
  const named = (name: string) => gauges(mcrouterWith({ name }), SETTINGS).manifests
  t.match(named('measured'), [{ kind: 'Gauge', metadata: { name: 'measured', namespace: 'shop' } }])
  t.strictSame(named('cache'), [])
  t.throws(
    () => renderWith(templates, KINDS)(mcrouterWith({ name: 'measured' }), SETTINGS),
    ManifestError,
    'of a kind that is in the table',
  )
})

t.test('of each kind of the table that every cluster serves some Mcrouter has objects', async (t) => {
  const some = [
    mcrouterWith(),
    mcrouterWith({ routers: { autoscaling: { min: 2, cpu: 70 } } }),
    mcrouterWith({ routers: { placement: 'Node' } }),
    mcrouterWith({ access: { from: [{ podSelector: {} }] } }),
  ]
  const manifests = some.flatMap((one) => render(one, SETTINGS).manifests)
  const made = new Set(manifests.map(({ kind }) => kind))
  for (const { kind, optional } of KINDS.values()) t.ok(optional || made.has(kind), kind)
})

t.test('no two kinds have the same plural, of whatever API', (t) => {
  const another = { ...GAUGE, plural: SERVICE.plural }
  t.throws(() => kindsOf([...KINDS.values(), another]), { message: /same plural/ })
  t.end()
})
