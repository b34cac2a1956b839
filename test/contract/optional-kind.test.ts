import { pathToFileURL } from 'node:url'
import t from 'tap'
import { loadTemplates } from '../../render/engine.ts'
import { renderWith } from '../../render/index.ts'
import { KINDS, type Kind, kindsOf } from '../../render/kinds.ts'
import { eventually } from '../../testing/deadline.ts'
import { startBareCluster } from '../support/bare-cluster.ts'
import { reconciledNamespace } from '../support/reconciler/namespace.ts'
import { customResourceDefinitions } from '../support/resources.ts'

// A kind of a CRD that comes and goes, as ServiceMonitor does with Prometheus' operator.

const GAUGE: Kind = {
  apiVersion: 'metering.example.com/v1',
  kind: 'Gauge',
  plural: 'gauges',
  parts: ['routers'],
  ofZone: false,
  refersTo: [],
  immutable: [],
  fenced: false,
  inRequestPath: false,
  optional: true,
}
const TEMPLATE = `apiVersion: metering.example.com/v1
kind: Gauge
metadata: { name: <%= model.names.routers %>, namespace: <%= model.namespace %>, labels: <%= model.routers.labels %> }
spec: { port: <%= model.routers.port %> }
`
const DEFINITION = {
  metadata: { name: 'gauges.metering.example.com' },
  spec: {
    group: 'metering.example.com',
    scope: 'Namespaced',
    names: { plural: 'gauges', singular: 'gauge', kind: 'Gauge', listKind: 'GaugeList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        },
      },
    ],
  },
}
/** It is asked for once a minute. */
const PATIENCE = { withinMs: 120_000 }

const cluster = await startBareCluster(t)

t.test('a Mcrouter does without it until its CRD is there, and again once it has gone', async (t) => {
  const product = new URL('../../charts/mcrouter/templates/', import.meta.url)
  const own = pathToFileURL(`${t.testdir({ 'gauge.yaml.eta': TEMPLATE })}/`)
  const kinds = kindsOf([...KINDS.values(), GAUGE])
  const render = renderWith([...loadTemplates(product), ...loadTemplates(own)], kinds)
  const lines: string[] = []
  const { want, settled, reason, troubles } = await reconciledNamespace(t, cluster, 'optional', {
    kinds,
    render,
    onLog: (line) => lines.push(line),
  })
  const gauges = () => cluster.list(GAUGE, 'optional').catch(() => [])
  await want({})
  await settled()
  t.equal(await reason('Degraded'), 'AsExpected')

  await cluster.apply(customResourceDefinitions, DEFINITION)
  await eventually('it has one', async () => (await gauges()).length === 1, PATIENCE)
  t.match(await gauges(), [
    { metadata: { name: 'cache', ownerReferences: [{ kind: 'Mcrouter' }] }, spec: { port: 5000 } },
  ])
  await cluster.remove(GAUGE, 'optional', 'cache')
  await eventually('it is watched as any other', async () => (await gauges()).length === 1)

  await cluster.controlPlane.kubectl(['delete', 'crd', 'gauges.metering.example.com', '--wait=true'])
  const said = (what: RegExp) => lines.filter((line) => line.includes('"Gauge"') && what.test(line)).length
  await eventually('it is given up', async () => said(/is not served/) === 2, PATIENCE)
  await want({ mcrouter_port: 5001 })
  await settled()
  t.equal(await reason('Degraded'), 'AsExpected')
  t.equal(said(/is served/), 1)
  t.strictSame(troubles(), [])
})
