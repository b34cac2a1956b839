import { pino } from 'pino'

/** Of a controller that serves the namespace shop, and asks neither pods nor DNS. */
export const CONTROLLER = {
  random: Math.random,
  log: pino({ level: 'silent' }),
  operator: 'system/op',
  namespaces: ['shop'],
  concurrency: 4,
  settings: { clusterDomain: 'cluster.local' },
  timeouts: { graceMs: 0, confirmMs: 0, fillMs: 0 },
  confirm: undefined,
  lookup: undefined,
  webhookClosed: () => undefined,
  ask: undefined,
} as const
