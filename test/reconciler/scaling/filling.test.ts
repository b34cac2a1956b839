import t from 'tap'
import { fillingUntil } from '../../../reconciler/scaling/filling.ts'
import { OLDEST } from '../../../routing/release.ts'

const NOW = 1_000_000_000
const HOUR = 3_600_000
const REPLICATED = { topology: 'replicated', zones: [] } as const
const SHARDED = { topology: 'sharded', zones: [] } as const

const stepTo = (routed: number) => ({ servers: routed, routed })

interface Situation {
  readonly routed: number
  readonly filling?: boolean
  readonly age?: number
}

/** Until when reads of a replicated pool of that state go past a miss, from now on, where `next` servers are to be used. */
function left(next: number, { routed, filling = false, age = 0 }: Situation, fillMs = HOUR) {
  const published = { digest: 'd', features: OLDEST, routed: { main: routed }, filling, at: NOW - age }
  const until = fillingUntil(REPLICATED, published, stepTo(next), fillMs, NOW)
  return until === undefined ? undefined : until - NOW
}

t.test('reads go past a miss from the moment new servers are used until the time is over', async (t) => {
  t.equal(left(4, { routed: 2 }), HOUR)
  t.equal(left(4, { routed: 2, age: 30 * HOUR }), HOUR, 'whatever was published before')
  t.equal(left(4, { routed: 4, filling: true, age: HOUR - 1 }), 1)
  t.equal(left(4, { routed: 4, filling: true, age: HOUR }), undefined)
  t.equal(left(6, { routed: 4, filling: true, age: HOUR - 1 }), HOUR, 'and again, when more are added')
})

t.test('a pool at rest, one that shrinks, and a new one have nothing to fill', async (t) => {
  t.equal(left(4, { routed: 4 }), undefined)
  t.equal(left(2, { routed: 4 }), undefined)
  t.equal(fillingUntil(REPLICATED, undefined, stepTo(4), HOUR, NOW), undefined)
})

t.test('a shrink does not empty what was still being filled', async (t) => {
  t.equal(left(3, { routed: 4, filling: true, age: 1 }), HOUR - 1)
})

t.test('it can be turned off, and means nothing to a sharded pool', async (t) => {
  t.equal(left(4, { routed: 2 }, 0), undefined)
  const published = { digest: 'd', features: OLDEST, routed: { main: 2 }, filling: false, at: NOW }
  t.equal(fillingUntil(SHARDED, published, stepTo(4), HOUR, NOW), undefined)
})
