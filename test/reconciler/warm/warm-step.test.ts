import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { effort } from '../../../testing/effort.ts'
import { KEYS } from './cache.ts'
import { HAPPENINGS, type Happening, TROUBLES } from './happenings.ts'
import { WarmWorld } from './world.ts'

/** Until nothing changes any more: all that waits comes to pass, but for what is broken. */
function settle(world: WarmWorld, { copier = true } = {}): void {
  for (let pass = 0; pass < 60; pass += 1) {
    world.startServers()
    world.reconcile()
    world.check()
    for (const router of [0, 1, 2]) {
      world.reload(router)
      world.check()
    }
    if (copier) world.copierWorks()
    world.check()
    world.passes(6_000)
  }
}

/** Until that is published, and no router has it yet. */
function until(world: WarmWorld, phase: string): void {
  const isThere = () => world.phase.phase === phase
  for (let pass = 0; pass < 20 && !isThere(); pass += 1) {
    world.startServers()
    world.reconcile()
    if (!isThere()) for (const router of [0, 1, 2]) world.reload(router)
    world.copierWorks()
  }
  assert.ok(isThere())
}

function isAtRest(world: WarmWorld, servers: number): void {
  const phase = { phase: 'plain', servers }
  const { record, order, ...rest } = world.summary
  assert.deepEqual(rest, { phase, servers, routers: [phase, phase, phase] })
  assert.equal(record, undefined)
  assert.equal(order, undefined)
}

t.test('a pool grows and shrinks through all phases, and no read misses', async (t) => {
  for (const [from, to] of [
    [2, 3],
    [3, 2],
    [1, 4],
    [4, 1],
  ] as const) {
    const world = new WarmWorld(from)
    world.want(to)
    const phases = new Set<string>()
    for (let pass = 0; pass < 60; pass += 1) {
      world.startServers()
      world.reconcile()
      phases.add(Object.values(world.phase).join(' '))
      world.reload(pass)
      // By a router that takes what is published later than others do.
      for (const [index, key] of KEYS.entries()) {
        if (index % 5 === pass % 5) world.write(pass + 1, key, pass % 7 === 3)
      }
      world.copierWorks()
      world.passes(6_000)
      world.check()
    }
    settle(world)
    isAtRest(world, to)
    t.strictSame([...phases], [`plain ${from}`, `mirror ${from} ${to}`, `flip ${from} ${to}`, `plain ${to}`])
    t.strictSame(world.gaveUp, [])
    t.strictSame(new Set(world.reads), new Set(['right']))
  }
})

t.test(
  'a change of mind goes back before reads have moved, and is done afterwards where they have',
  async (t) => {
    for (let passes = 0; passes < 40; passes += 1) {
      for (const [from, to, then] of [
        [2, 5, 3],
        [2, 5, 2],
        [5, 2, 4],
        [4, 2, 4],
      ] as const) {
        const world = new WarmWorld(from)
        world.want(to)
        for (let pass = 0; pass < passes; pass += 1) {
          world.startServers()
          world.reconcile()
          world.reload(pass)
          world.copierWorks()
          world.passes(6_000)
          world.check()
        }
        world.want(then)
        settle(world)
        isAtRest(world, then)
        assert.deepEqual(world.gaveUp, [])
        assert.deepEqual(new Set(world.reads), new Set(['right']), `${from} ${to} ${then} after ${passes}`)
      }
    }
    t.pass()
  },
)

t.test(
  'what keeps keys from being copied has it resized in the order of before, and nothing old is found',
  async (t) => {
    for (const [from, to] of [
      [2, 4],
      [4, 2],
    ] as const) {
      for (const trouble of ['gives up', 'dies', 'was never possible'] as const) {
        for (let passes = 1; passes < 30; passes += 1) {
          const world = new WarmWorld(from)
          world.want(to)
          if (trouble === 'was never possible') world.cold = 'NoCas'
          for (let pass = 0; pass < passes; pass += 1) {
            world.startServers()
            world.reconcile()
            world.reload(pass)
            if (pass < passes - 1) world.copierWorks()
            world.check()
          }
          if (trouble === 'gives up') world.copierGivesUp()
          if (trouble === 'dies') {
            world.copierDies(false)
            world.passes(300_000)
          }
          // Those that stay are written anew before routers agree: what is copied by then is old.
          for (const key of KEYS) world.write(passes, key, false)
          settle(world, { copier: trouble !== 'dies' })
          isAtRest(world, to)
          const isUnclean = trouble === 'dies' && to < from
          if (!isUnclean && !world.mayBeWrong) {
            assert.ok(!world.reads.includes('wrong'), `${from} ${to} ${trouble} after ${passes}`)
          }
        }
      }
    }
    t.pass()
  },
)

t.test('copies that a change of mind has left are not found by a resize that makes none', async (t) => {
  const world = new WarmWorld(2)
  world.want(4)
  until(world, 'mirror')
  for (const router of [0, 1, 2]) world.reload(router)
  world.want(2)
  world.reconcile()
  for (const router of [0, 1, 2]) world.reload(router)
  world.reconcile()
  for (const key of KEYS) world.write(0, key, false)
  t.equal(world.summary.servers, 4, 'requests may still be under way')
  world.cold = 'NoCas'
  world.want(4)
  settle(world)
  isAtRest(world, 4)
  t.notOk(world.reads.includes('wrong'))
})

t.test(
  'a router that does not take the mirror in time costs the copies, and one that does not flip is waited for',
  async (t) => {
    const world = new WarmWorld(2)
    world.want(3)
    until(world, 'mirror')
    world.passes(120_000)
    world.reconcile()
    t.strictSame(world.phase, { phase: 'plain', servers: 2 })
    settle(world)
    isAtRest(world, 3)
    t.strictSame(world.gaveUp, ['RoutersUnconfirmed'])

    const other = new WarmWorld(2)
    other.want(3)
    until(other, 'flip')
    other.passes(3_600_000)
    other.reconcile()
    t.strictSame(other.phase, { phase: 'flip', from: 2, to: 3 })
    settle(other)
    isAtRest(other, 3)
    t.strictSame(other.gaveUp, [])
  },
)

const size = fc.integer({ min: 1, max: 4 })

/** @param settled told of each world that has come to its end */
function always(
  happenings: readonly fc.WeightedArbitrary<Happening>[],
  settled: (world: WarmWorld) => void,
): void {
  fc.assert(
    fc.property(
      size,
      fc.array(fc.oneof(...happenings), { minLength: 30, maxLength: 120, size: 'max' }),
      (servers, all) => {
        const world = new WarmWorld(servers)
        for (const happen of all) {
          happen(world)
          world.check()
        }
        world.copierDies(true)
        settle(world)
        isAtRest(world, world.wanted)
        settled(world)
      },
    ),
    effort(100),
  )
}

t.test(
  'whoever is killed when, whatever is wanted meanwhile, no read misses or finds an old value',
  async () => {
    let resized = 0
    always(HAPPENINGS, ({ gaveUp, flips, reads, cache, phase }) => {
      resized += flips
      assert.deepEqual(gaveUp, [])
      assert.deepEqual(new Set(reads), new Set(['right']))
      assert.equal(cache.unreachable(phase), 0, 'nothing is left that a later resize could find')
    })
    assert.ok(resized > 100, `${resized} were resized`)
  },
)

t.test(
  'whatever goes wrong, a resize comes to its end, and no router uses a server that has gone',
  async () => {
    let cold = 0
    always([...HAPPENINGS, ...TROUBLES], ({ gaveUp, mayBeWrong, reads }) => {
      if (gaveUp.length > 0) cold += 1
      // Where no copier takes away what its servers had, a pool shrinks as it always did.
      const isClean = !gaveUp.some((reason) => reason === 'CopierUnreachable' || reason === 'DumpRefused')
      if (isClean && !mayBeWrong) assert.ok(!reads.includes('wrong'))
    })
    assert.ok(cold > 10, `${cold} were given up`)
  },
)
