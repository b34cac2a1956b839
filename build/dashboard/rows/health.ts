import { lines, MCROUTER, matrix, words } from '../panel.ts'
import type { Row } from '../row.ts'

const metric = (name: string, more = '') =>
  `max by (namespace, mcrouter) (mcrouter_operator_mcrouter_${name}{${MCROUTER}${more}})`

export const health: Row = {
  title: 'Health',
  panels: [
    words(
      'Conditions that should be True',
      'The Mcrouter itself says why one is not: kubectl describe mcrouter.',
      { text: 'no', color: 'red' },
      { text: 'yes', color: 'green' },
      {
        expr: `max by (type) (mcrouter_operator_mcrouter_condition{${MCROUTER}, status="True", type=~"Accepted|ConfigApplied|Available|Ready"})`,
        legend: '{{type}}',
      },
    ),
    words(
      'Conditions that should be False',
      'Progressing, for a while: something is being changed. Degraded: something needs attention, even if clients are served.',
      { text: 'no', color: 'green' },
      { text: 'yes', color: 'orange' },
      {
        expr: `max by (type) (mcrouter_operator_mcrouter_condition{${MCROUTER}, status="True", type=~"Progressing|Degraded"})`,
        legend: '{{type}}',
      },
    ),
    lines(
      'Pods that are ready',
      'memcached servers of all pools and routers, beside how many the spec asks for.',
      'short',
      { expr: metric('servers_ready'), legend: 'servers' },
      { expr: metric('servers_wanted'), legend: 'servers wanted' },
      { expr: metric('routers_ready'), legend: 'routers' },
      { expr: metric('routers_wanted'), legend: 'routers wanted' },
    ),
    lines(
      'Routers that run the published configuration',
      'As each said when it was asked by the reconciler.',
      'short',
      { expr: metric('config_confirmed_routers'), legend: 'confirmed' },
      { expr: metric('config_wanted_routers'), legend: 'wanted' },
    ),
    matrix(
      'Which configuration each router runs',
      'A row for each router, a column for each MD5 of a configuration: with two columns they disagree.',
      ['pod', 'digest'],
      { text: '', color: 'text' },
      { text: 'runs it', color: 'blue' },
      `max by (pod, digest) (mcrouter_config_digest_info{${MCROUTER}})`,
    ),
    lines('Why it is Degraded', 'Each reason for it, while it is; the condition gives the worst.', 'short', {
      expr: `max by (reason) (mcrouter_operator_mcrouter_degraded{${MCROUTER}})`,
      legend: '{{reason}}',
    }),
  ],
}
