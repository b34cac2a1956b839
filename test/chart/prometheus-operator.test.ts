import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { dump } from 'js-yaml'
import t from 'tap'
import { startControlPlane } from '../../testing/control-plane/index.ts'
import { render } from './chart.ts'
import { Release } from './cluster.ts'

// What the chart has for the Prometheus operator, against that operator's own definitions.

const DEFINITIONS = fileURLToPath(new URL('../fixtures/prometheus-operator', import.meta.url))
const MONITORING = 'monitoring.coreos.com/v1'

/** Value of the chart, what it needs, and what it makes. */
const OPTIONS = [
  ['prometheusRule', 'PrometheusRule', ['op-mcrouter-operator']],
  [
    'serviceMonitor',
    'ServiceMonitor',
    ['exporter', 'reconciler', 'server'].map((part) => `op-mcrouter-operator-${part}`),
  ],
  ['podMonitor', 'PodMonitor', ['op-mcrouter-operator-exporter']],
] as const
const WITH_ALL = ['--set=exporter.enabled=true', ...OPTIONS.map(([value]) => `--set=${value}.enabled=true`)]

const FURTHER = `
watchNamespaces: [shop, stock]
serviceMonitor: &monitor
  interval: 15s
  scrapeTimeout: 5s
  namespace: monitoring
  labels: { release: prometheus }
  relabelings: [{ targetLabel: team, replacement: cache }]
  metricRelabelings: [{ action: drop, regex: "go_.*", sourceLabels: [__name__] }]
podMonitor: *monitor
prometheusRule: { namespace: monitoring, labels: { release: prometheus } }
`

const STRICTLY = ['apply', '--server-side', '--force-conflicts', '--dry-run=server', '--validate=strict']

const plane = await startControlPlane()
t.teardown(() => plane.stop())

t.test(
  'what of it the cluster does not have is said, kind by kind, before anything is installed',
  async (t) => {
    const release = new Release(plane, 4)
    for (const [value, kind] of OPTIONS) {
      const install = () => release.install('--set=exporter.enabled=true', `--set=${value}.enabled=true`)
      const missing = new RegExp(`needs the Prometheus operator.*${kind} of.*install it first`)
      t.match(await install(), { code: 1, stderr: missing }, kind)
      const definition = join(DEFINITIONS, `${kind.toLowerCase()}s.yaml`)
      t.match(await plane.kubectl(['apply', '--server-side', '-f', definition]), { code: 0 })
      const crd = `crd/${kind.toLowerCase()}s.monitoring.coreos.com`
      t.match(await plane.kubectl(['wait', '--for=condition=Established', crd, '--timeout=60s']), { code: 0 })
    }
    t.match(await release.install(...WITH_ALL), { code: 0 }, 'once they are there')
    for (const [, kind, names] of OPTIONS) {
      const { stdout } = await plane.kubectl(['-n', 'system', 'get', kind, '-o', 'name'])
      const stored = stdout
        .trim()
        .split('\n')
        .map((name) => name.replace(/^.*\//, ''))
      t.same(stored, names, kind)
    }
  },
)

t.test(
  'it has no field that the Prometheus operator does not know, and no value that it refuses',
  async (t) => {
    t.match(await plane.kubectl(['create', 'namespace', 'monitoring']), { code: 0 })
    const strictly = (input: string) => plane.kubectl([...STRICTLY, '-f', '-'], { input })
    for (const values of ['{}', FURTHER]) {
      const file = join(t.testdir({ 'values.yaml': values }), 'values.yaml')
      const ours = (await render(...WITH_ALL, `--values=${file}`)).filter(
        ({ apiVersion }) => apiVersion === MONITORING,
      )
      t.equal(ours.length, 5)
      const text = ours.map((one) => dump(one, { noRefs: true })).join('---\n')
      t.match(await strictly(text), { code: 0, stderr: '' })
      const misspelt = text.replace('honorLabels', 'honourLabels')
      t.match(await strictly(misspelt), { code: 1, stderr: /honourLabels/ }, 'it would say so')
    }
  },
)
