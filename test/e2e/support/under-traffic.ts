import { setTimeout as delay } from 'node:timers/promises'
import type { Test } from 'tap'
import type { Target } from '../agent/connection.ts'
import type { TrafficPlan, TrafficReport } from '../agent/traffic.ts'
import type { Client } from './client.ts'
import { countsText, failed, figure } from './figures.ts'
import type { Mcrouter } from './mcrouter.ts'

/** Some hundreds of requests a second: enough that whatever is interrupted for a tenth of a second shows. */
const STEADY = { keys: 2000, clients: 8, pauseMs: 5 }
export const { clients: CLIENTS } = STEADY
/** For each of several caches that are used at once. */
export const LIGHT = { keys: 500, clients: 4, pauseMs: 20 }

interface Used {
  /** In place of the routers, without TLS. */
  readonly target?: Target
  readonly load?: Pick<TrafficPlan, 'keys' | 'clients' | 'pauseMs'>
}
/** Traffic before and after, so that the report has undisturbed requests on both sides. */
const LEAD_MS = 1000

/** Does something to a Mcrouter while it is used, and reports what its users saw. */
export async function underTraffic(
  t: Test,
  client: Client,
  mcrouter: Mcrouter,
  what: string,
  action: () => Promise<void>,
  { target = { host: mcrouter.host, port: 5000 }, load = STEADY }: Used = {},
): Promise<TrafficReport> {
  const name = what.replaceAll(/\W+/g, '-')
  const plan: TrafficPlan = { target, prefix: name, ...load }
  await client.start(name, plan)
  const began = performance.now()
  await delay(LEAD_MS)
  await action()
  await delay(LEAD_MS)
  const report = await client.stop(name)
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  figure(t, `${mcrouter.name}: ${what}`, `${failed(report)} failed in ${seconds} s; ${outcome(report)}`)
  return report
}

/** A request whose connection was cut under it; the second when it was cut between its way out and the wait for its reply. */
const CUT: ReadonlySet<string> = new Set(['SERVER_ERROR remote error', 'SERVER_ERROR timeout'])

/**
 * After a shrink. mcrouter finishes what is in flight to a server that leaves its configuration; a program that imitates it
 * may cut those, one for each client at most. In the wrong order hundreds of requests fail, and in other ways.
 */
export function nothingButInFlight(t: Test, report: TrafficReport): void {
  const others = report.failures.filter(({ text }) => !CUT.has(text))
  t.strictSame(others, [], 'no request failed')
  t.ok(report.failures.length <= STEADY.clients, `${report.failures.length} in flight were cut`)
}

function outcome({ set, get, failures }: TrafficReport): string {
  return `sets: ${countsText(set)}; gets: ${countsText(get)}${window(failures)}`
}

function window(failures: TrafficReport['failures']): string {
  const [first] = failures
  if (first === undefined) return ''
  const times = failures.map(({ at }) => at)
  const words = [...new Set(failures.map(({ text }) => text))].slice(0, 3)
  return `; failures within ${Math.max(...times) - first.at} ms from ${new Date(first.at).toISOString()}: ${words.join(' | ')}`
}
