import {
  type AnnotationQuery,
  type Dashboard,
  DashboardCursorSync,
  type VariableModel,
  VariableRefresh,
} from '@grafana/schema'
import { DATASOURCE, MCROUTER } from './panel.ts'
import { laidOut } from './row.ts'
import { change } from './rows/change.ts'
import { health } from './rows/health.ts'
import { hitRatio } from './rows/hit-ratio.ts'
import { memory } from './rows/memory.ts'
import { saturation } from './rows/saturation.ts'
import { servers } from './rows/servers.ts'
import { traffic } from './rows/traffic.ts'

/** One Mcrouter, chosen at the top. Typed by Grafana's own schema of dashboards. */
export const dashboard: Dashboard = {
  uid: 'mcrouter-operator',
  title: 'Mcrouter',
  description: 'memcached behind mcrouter: one Mcrouter of mcrouter-operator.',
  tags: ['mcrouter', 'memcached'],
  // Of Grafana 11 and newer; older ones read it, newer ones bring it up to date (docs of the JSON model).
  schemaVersion: 39,
  editable: true,
  graphTooltip: DashboardCursorSync.Crosshair,
  refresh: '1m',
  time: { from: 'now-6h', to: 'now' },
  templating: {
    list: [
      { type: 'datasource', name: 'datasource', label: 'Prometheus', query: 'prometheus' },
      choice('namespace', 'mcrouter_operator_mcrouter_condition'),
      choice('mcrouter', 'mcrouter_operator_mcrouter_condition{namespace="$namespace"}'),
      { ...choice('pool', `memcached_up{${MCROUTER}}`), multi: true, includeAll: true, allValue: '.*' },
    ],
  },
  annotations: {
    list: [
      mark(
        'Scales',
        'blue',
        `max by (step) (mcrouter_operator_mcrouter_scale_step{${MCROUTER}})`,
        '{{step}}',
      ),
      mark(
        'Servers that started',
        'orange',
        `max by (pod) (memcached_uptime_seconds{${MCROUTER}}) < 60`,
        '{{pod}}',
      ),
    ],
  },
  panels: laidOut([health, traffic, hitRatio, servers, memory, saturation, change]),
}

/** Of the values that a label has. */
function choice(label: string, series: string): VariableModel {
  return {
    type: 'query',
    name: label,
    label,
    datasource: DATASOURCE,
    refresh: VariableRefresh.onTimeRangeChanged,
    query: { query: `label_values(${series}, ${label})`, refId: label },
  }
}

/** A line across all panels where the query has a value. */
function mark(name: string, iconColor: string, expr: string, titleFormat: string): AnnotationQuery {
  const more = { expr, titleFormat }
  return { name, enable: true, iconColor, datasource: DATASOURCE, ...more }
}
