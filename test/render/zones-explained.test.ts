import t from 'tap'
import { explain, printExplained } from '../../render/explain.ts'
import { movesOf, printMoves } from '../../render/moves.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'
import { SETTINGS } from './rendered.ts'

const ZONES = ['eu-1a', 'eu-1b', 'eu-1c']
const MCROUTER = mcrouterWith({ memcached: { shards: 3, copies: 3, zones: ZONES } })

t.test('what is explained of a zone is what its routers do', async (t) => {
  const explained = (zone?: string) =>
    explain(
      { mcrouter: MCROUTER },
      { operation: 'get', key: 'k', ...(zone !== undefined && { zone }) },
      SETTINGS,
    )
  const first = (zone?: string) => explained(zone).servers[0]?.split('-').slice(0, 3).join('-')
  t.strictSame(ZONES.map(first), ['cache-copy-0', 'cache-copy-1', 'cache-copy-2'])
  t.equal(first(), 'cache-copy-0', 'of the first where none is named')
  t.equal(explained('eu-1b').zone, 'eu-1b')
})

t.test('a zone without routers is said to be none', async (t) => {
  const explained = explain({ mcrouter: MCROUTER }, { operation: 'get', key: 'k', zone: 'eu-2a' }, SETTINGS)
  t.strictSame(explained.servers, [])
  t.match(printExplained([explained], 'text'), /no routers in zone eu-2a, but in eu-1a, eu-1b, eu-1c/)
  const anywhere = explain(
    { mcrouter: mcrouterWith() },
    { operation: 'get', key: 'k', zone: 'eu-2a' },
    SETTINGS,
  )
  t.ok(anywhere.servers.length > 0)
  t.notOk('zone' in anywhere, 'without zones all routers do the same')
})

t.test('what moves is told of each zone that stays', async (t) => {
  const zoned = (shards: number, zones: readonly string[]) =>
    mcrouterWith({ memcached: { shards, copies: zones.length, zones } })
  const moved = (before: Mcrouter, after: Mcrouter) =>
    movesOf([before], [after], SETTINGS).map(({ zone, moved: { numerator, denominator } }) => [
      zone,
      numerator / denominator,
    ])
  t.strictSame(moved(zoned(3, ['a', 'b']), zoned(4, ['a', 'b', 'c'])), [
    ['a', 0.25],
    ['b', 0.25],
  ])
  t.strictSame(moved(zoned(3, ['a', 'b']), zoned(3, ['a', 'c'])), [
    ['a', 0],
    ['c', 1],
  ])
  t.strictSame(moved(mcrouterWith({ memcached: { shards: 3, copies: 2 } }), zoned(3, ['a', 'b'])), [
    [undefined, 1],
  ])
  const told = printMoves(movesOf([zoned(3, ['a', 'b'])], [zoned(4, ['a', 'b'])], SETTINGS), 'text')
  t.match(told, /pool main in zone a: 3 → 4 servers\n {2}1\/4 of the keys/)
})
