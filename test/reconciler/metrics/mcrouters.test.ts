import t from 'tap'
import { mcrouterMetrics } from '../../../reconciler/metrics/mcrouters.ts'
import { ObjectStates } from '../../../reconciler/object-state.ts'
import { amended, type Reported } from '../../../reconciler/report/reported.ts'
import { heapUsed } from '../../support/heap.ts'

const WELL: Reported = {
  conditions: ['True', 'True', 'True', 'False', 'False', 'Unknown'],
  serversReady: 3,
  serversWanted: 4,
  routersReady: 1,
  routersWanted: 2,
  routersAsked: 1,
  routersConfirmed: 0,
  routerThreads: 2,
  routerMemoryLimit: 268_435_456,
  degraded: ['ServerSuspected', 'CertificateUnusable'],
  scaleStep: 'Growing',
  certificateEnd: 1_800_000_000,
  renewalDue: 1_700_000_000,
  renewalLate: 1_750_000_000,
  keysMoved: 0.25,
}
const UNKNOWN: Reported = amended(undefined, 'nothing is said yet')

function textOf(...reported: readonly (readonly [string, Reported])[]): string {
  return [...mcrouterMetrics(() => reported)].join('')
}

function seriesIn(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

t.test('all that is known of a Mcrouter', async (t) => {
  const text = textOf(['shop/cache', WELL])
  const of = 'namespace="shop",mcrouter="cache"'
  for (const line of [
    `condition{${of},type="Available",status="True"} 1`,
    `condition{${of},type="Available",status="False"} 0`,
    `condition{${of},type="Available",status="Unknown"} 0`,
    `condition{${of},type="Ready",status="Unknown"} 1`,
    `config_confirmed_routers{${of}} 0`,
    `config_wanted_routers{${of}} 1`,
    `servers_ready{${of}} 3`,
    `servers_wanted{${of}} 4`,
    `routers_ready{${of}} 1`,
    `routers_wanted{${of}} 2`,
    `router_threads{${of}} 2`,
    `router_memory_limit_bytes{${of}} 268435456`,
    `tls_not_after_timestamp_seconds{${of}} 1800000000`,
    `tls_renewal_due_timestamp_seconds{${of}} 1700000000`,
    `tls_renewal_late_timestamp_seconds{${of}} 1750000000`,
    `degraded{${of},reason="ServerSuspected"} 1`,
    `degraded{${of},reason="CertificateUnusable"} 1`,
    `scale_step{${of},step="Growing"} 1`,
    `keys_moved_ratio{${of}} 0.25`,
  ])
    t.ok(text.includes(`\nmcrouter_operator_mcrouter_${line}\n`), line)
})

t.test('what is not known has no series', async (t) => {
  t.strictSame(seriesIn(textOf(['shop/cache', UNKNOWN])), [])
  const names = seriesIn(textOf(['shop/cache', { ...UNKNOWN, conditions: ['', 'True'] }]))
  t.equal(names.length, 3)
})

t.test('the series of a metric are together, however many pieces it comes in', async (t) => {
  const many = Array.from({ length: 1_000 }, (_, index) => [`shop/cache-${index}`, WELL] as const)
  const pieces = [...mcrouterMetrics(() => many)]
  t.ok(pieces.every((piece) => piece.length < 24 * 1024))
  const series = seriesIn(pieces.join(''))
  // As docs/operations.md says: 31, and one for each reason.
  t.equal(series.length, (31 + 2) * many.length)
  t.equal(new Set(series).size, series.length)
  const names = series.map((line) => line.slice(0, line.indexOf('{')))
  t.equal(names.filter((name, index) => name !== names[index - 1]).length, new Set(names).size)
})

t.test('what is kept for it of a thousand is little, and gone with them', async (t) => {
  const states = new ObjectStates()
  const keys = Array.from({ length: 1_000 }, (_, index) => `shop/cache-${index}`)
  for (const key of keys) states.of(key)
  const before = heapUsed()
  for (const key of keys)
    states.of(key).reported = { ...WELL, conditions: [...WELL.conditions], degraded: [...WELL.degraded] }
  const kept = heapUsed() - before
  t.ok(kept < 1_000 * 512, `${kept} bytes`)
  for (const piece of mcrouterMetrics(() => states.reported())) t.ok(piece)
  const scraped = heapUsed() - before
  t.ok(scraped < 1_000 * 512 + 256 * 1024, `nothing stays of a scrape: ${scraped} bytes`)
  t.comment(`${kept} bytes`)
  for (const key of keys) states.forget(key)
  t.strictSame(seriesIn([...mcrouterMetrics(() => states.reported())].join('')), [])
})
