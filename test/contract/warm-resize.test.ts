import t from 'tap'
import { LOOPBACK } from '../../testing/control-plane/port.ts'
import { Connection } from '../../testing/load/connection.ts'
import { Load } from '../../testing/load/load.ts'
import { TRIED, TRIED_ROUTES } from '../routing/warm-resize-files.ts'
import { PATIENCE_MS, ResizeStage } from '../support/resize-stage.ts'

t.setTimeout(300_000)

const REQUESTS = 6_000
const KEYS = { values: 2_000, counters: 60, locks: 40 }

t.test('of a pool that does not change, clients see nothing that may not be', async (t) => {
  const stage = await ResizeStage.start({ servers: 3, routers: 2 }, { phase: 'plain', servers: 3 })
  t.teardown(() => stage.end())
  const load = new Load({ routers: stage.routers, seed: 1, keys: KEYS, timeoutMs: PATIENCE_MS })
  t.teardown(() => load.close())
  await load.fill()
  await load.run({ requests: REQUESTS })
  const tally = load.takeTally()
  t.strictSame(nonZero(tally.wrongs()), {})
  t.equal(tally.errors, 0, String(tally.firstError))
  t.equal(tally.hitShare(), 1)
  t.equal(tally.worstSecond(), 1)
  t.ok(tally.reads.hit > REQUESTS / 4, `${tally.reads.hit} hits`)
  t.match(await load.sweep(), { wrong: 0, missing: 0, errors: 0, read: 2 * (KEYS.values + KEYS.counters) })
})

t.test('what a cold grow and a cold shrink do is seen', async (t) => {
  const stage = await ResizeStage.start({ servers: 3, routers: 2 }, { phase: 'plain', servers: 2 })
  t.teardown(() => stage.end())
  const load = new Load({ routers: stage.routers, seed: 2, keys: KEYS, timeoutMs: PATIENCE_MS })
  t.teardown(() => load.close())
  await load.fill()
  await load.run({ requests: 1_000 })
  t.strictSame(nonZero(load.takeTally().wrongs()), {})

  await stage.publish({ phase: 'plain', servers: 3 })
  await load.run({ requests: REQUESTS })
  const grown = load.takeTally()
  t.ok(grown.reads.miss > 100, `${grown.reads.miss} misses`)
  t.ok(grown.hitShare() < 0.97, `${grown.hitShare()}`)
  t.ok(grown.countersLost > 0, `${grown.countersLost} counters`)

  await stage.publish({ phase: 'plain', servers: 2 })
  await load.run({ requests: REQUESTS })
  const shrunk = load.takeTally()
  t.ok(shrunk.reads.stale > 100, `${shrunk.reads.stale} old values`)
  t.ok(shrunk.reads.resurrected > 0, `${shrunk.reads.resurrected} deleted keys`)
  t.ok(shrunk.countersBack > 0, `${shrunk.countersBack} counters`)
  const { wrong, examples } = await load.sweep()
  t.ok(wrong > 20, examples.join())
})

t.test('phases may run side by side: what is written meanwhile is in both places', async (t) => {
  const stage = await ResizeStage.start({ servers: 3, routers: 2 }, { phase: 'mirror', from: 2, to: 3 })
  t.teardown(() => stage.end())
  const load = new Load({ routers: stage.routers, seed: 3, keys: KEYS, timeoutMs: PATIENCE_MS })
  t.teardown(() => load.close())
  // All that is there is written while mirroring, so that nothing is left to be copied.
  await load.fill()
  for (const phase of ['flip', 'mirror', 'flip'] as const) {
    const end = new AbortController()
    const running = load.run({ signal: end.signal })
    await stage.publish({ phase, from: 2, to: 3 })
    end.abort()
    await running
  }
  await stage.publish({ phase: 'plain', servers: 3 })
  await load.run({ requests: REQUESTS })
  const { countersLost, locksWonTwice, countersBack, reads } = load.takeTally()
  t.strictSame(
    { countersLost, locksWonTwice, countersBack, damaged: reads.damaged },
    {
      countersLost: 0,
      locksWonTwice: 0,
      countersBack: 0,
      damaged: 0,
    },
  )
  t.equal(reads.resurrected, 0)
})

t.test('a router sends requests where the real one did', async (t) => {
  const stage = await ResizeStage.start({ servers: 4, routers: 1 }, { phase: 'plain', servers: 1 })
  t.teardown(() => stage.end())
  const [router] = stage.routers
  t.ok(router)
  if (router === undefined) return
  const connection = new Connection(router, PATIENCE_MS)
  t.teardown(() => connection.close())
  const wrong: string[] = []
  let asked = 0
  for (const [file, phase] of TRIED) {
    await stage.publish(phase)
    for (const { key, ops, destinations } of TRIED_ROUTES.filter(({ config }) => config === file)) {
      const expected = destinations.map((name) =>
        name === '' ? '' : `${LOOPBACK}:${stage.servers[Number(name.slice(1))]}`,
      )
      for (const op of ops) {
        const found = await connection.retrieve('get', `__mcrouter__.route(${op},${key})`)
        if (found?.text !== expected.join('\r\n')) wrong.push(`${file} ${op} ${key}: ${found?.text}`)
        asked += 1
      }
    }
  }
  t.strictSame(wrong, [])
  t.equal(asked, 14_400)
})

function nonZero(counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0))
}
