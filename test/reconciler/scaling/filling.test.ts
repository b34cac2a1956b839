import t from 'tap'
import { fillingFrom, fillingUntil } from '../../../reconciler/scaling/filling.ts'
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

t.test('the routers of a zone that is new read past misses, and of those before it none', async (t) => {
  const zoned = { topology: 'sharded', zones: ['a', 'b', 'c'] } as const
  const routed = { digest: 'd', features: OLDEST, routed: { main: 4 }, filling: false, at: NOW }
  const two = { ...routed, zoned: { main: 2 } }
  const three = { servers: 6, routed: 6, copies: 3 }
  t.equal(fillingUntil(zoned, two, three, HOUR, NOW), NOW + HOUR)
  t.equal(fillingFrom(two), 2)
  t.equal(fillingUntil(zoned, two, { ...three, copies: 2 }, HOUR, NOW), undefined, 'more shards')
  const filling = { ...two, zoned: { main: 3 }, filling: true, fillingFrom: 2 }
  t.equal(fillingUntil(zoned, filling, three, HOUR, NOW + 1), NOW + HOUR)
  t.equal(fillingFrom(filling), 2, 'as long as it lasts')
  t.equal(fillingUntil(zoned, routed, three, HOUR, NOW), undefined, 'all are new')
  t.equal(fillingFrom(routed), undefined)
})

t.test('it can be turned off, and means nothing to a sharded pool', async (t) => {
  t.equal(left(4, { routed: 2 }, 0), undefined)
  const published = { digest: 'd', features: OLDEST, routed: { main: 2 }, filling: false, at: NOW }
  t.equal(fillingUntil(SHARDED, published, stepTo(4), HOUR, NOW), undefined)
})
