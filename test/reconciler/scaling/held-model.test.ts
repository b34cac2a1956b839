import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { render } from '../../../render/index.ts'
import { poolName } from '../../../routing/servers.ts'
import { isExternal } from '../../../schemas/layout.ts'
import type { Mcrouter, Pool } from '../../../schemas/mcrouter.ts'
import { renumberingOf } from '../../../schemas/validation/consent.ts'
import { effort } from '../../../testing/effort.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { at } from '../../support/at.ts'
import { PATIENCE, PoolsWorld } from './pools-world.ts'

// Pools that change between own servers and others' in any order, with consents and without, while processes are killed.

const POOLS = ['main', 'users']

/** Of own servers: not one is what a spec says that says nothing. */
const own = fc.record({
  shards: fc.integer({ min: 1, max: 2 }),
  copies: fc.integer({ min: 1, max: 2 }),
  port: fc.constantFrom(11_300, 11_400),
  image: fc.constantFrom('registry.example.com/memcached:1.6.41', 'registry.example.com/memcached:1.6.42'),
  memoryMb: fc.constantFrom(1024, 2048),
})
const others = fc
  .constantFrom(
    ['others-a.example.com', 'others-b.example.com'],
    ['others-b.example.com', 'others-a.example.com'],
    ['others-c.example.com'],
  )
  .map((hosts) => ({
    shards: hosts.length,
    copies: 1,
    external: hosts.map((host) => ({ host, port: 11_211, tls: false })),
  }))
const pool: fc.Arbitrary<Partial<Pool>> = fc.oneof({ weight: 2, arbitrary: own }, others)
const spec = fc.record({ main: pool, users: pool }).map(({ main, users }): Mcrouter => {
  const [first] = mcrouterWith({ memcached: main }).pools
  const [further] = mcrouterWith({ memcached: users }).pools
  const prefixes = [{ prefix: 'users:', pool: 'users' }]
  return { ...mcrouterWith({ prefixes }), pools: [first, { ...further, name: 'users' }] }
})

/** A world, and what somebody would know who had seen all that was written. */
class Scene {
  readonly world = new PoolsWorld({ main: 1 })
  #spec: Mcrouter
  /** By pool, the entry of the annotation. */
  readonly #consents = new Map<string, string>()
  /** By pool, whether it is to be external by what somebody consented to last. */
  readonly #agreed = new Map<string, boolean>()

  /** By pool, whether the last configuration that there was had others' servers. */
  readonly #published = new Map<string, boolean>()

  /** Of all specs, with the pool's name. */
  readonly #layouts = new Set<string>()

  constructor(first: Mcrouter) {
    this.#spec = first
    this.world.wantSpec(first)
    for (const { name, shards, copies, ...rest } of first.pools) {
      this.#layouts.add(`${name} ${shards} x ${copies}`)
      this.#agreed.set(name, isExternal(rest))
      this.#published.set(name, isExternal(rest))
    }
  }

  /** As admission takes it, which asks for the words; or as it is stored while the webhook is away. */
  want(next: Mcrouter, isAsked: boolean): void {
    for (const [index, now] of next.pools.entries()) {
      const before = this.#spec.pools[index]
      this.#layouts.add(`${now.name} ${now.shards} x ${now.copies}`)
      const change = before && renumberingOf(before, now, next)
      if (!isAsked || change === undefined) continue
      this.#consents.set(now.name, change.change)
      this.#agreed.set(now.name, isExternal(now))
    }
    this.#spec = next
    this.world.consents([...this.#consents.values()].join('; '))
    this.world.wantSpec(next)
  }

  /** What is published and what runs before something happens and after. */
  async check(happens: () => Promise<void>): Promise<void> {
    const { world } = this
    const templates = new Map(POOLS.map((name) => [name, world.template(name)]))
    await happens()
    world.check()
    for (const name of POOLS) {
      const [routed, running, template] = [world.published[name], world.running[name], world.template(name)]
      assert.ok((routed ?? 0) <= (running ?? 0), `${name}: a published server does not run`)
      if (template !== undefined && !isDeepStrictEqual(templates.get(name), template))
        assert.deepEqual(template, this.#templateOf(name), `${name}: a template that no spec has`)
      const isOthers = world.publishedOthers[name] !== undefined
      if (routed === undefined && !isOthers) continue
      if (routed !== undefined)
        assert.ok(this.#layouts.has(this.#layout(name, routed)), `${name}: a layout that no spec had`)
      if (this.#published.get(name) !== isOthers)
        assert.equal(isOthers, this.#agreed.get(name), `${name}: nobody consented`)
      this.#published.set(name, isOthers)
    }
  }

  /** Of the published servers of a pool. */
  #layout(name: string, servers: number): string {
    const copies = this.world.publishedCopies[name] ?? 1
    return `${name} ${servers / copies} x ${copies}`
  }

  /** Of the spec of now; undefined where others run its servers. */
  #templateOf(name: string): unknown {
    const { manifests } = render(this.#spec, { clusterDomain: 'cluster.local' })
    const found = manifests.find(
      ({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === poolName({ name: 'cache' }, name),
    )
    return at(found, 'spec', 'template')
  }
}

async function confirmed(world: PoolsWorld): Promise<void> {
  for (let pass = 0; pass < 4; pass++) {
    await world.reconcile()
    for (const router of [0, 1]) world.reload(router)
    world.passes(PATIENCE.graceMs + 1_000)
  }
}

const server = fc
  .tuple(fc.constantFrom('', '-users'), fc.nat(3))
  .map(([of, ordinal]) => `cache-memcached${of}-${ordinal}`)
const most = fc.option(fc.nat(6), { nil: undefined })
const happening = fc.oneof(
  {
    weight: 8,
    arbitrary: most.map(
      (writes) =>
        ({ world }: Scene) =>
          world.reconcile(writes),
    ),
  },
  {
    weight: 4,
    arbitrary: server.map(
      (name) =>
        async ({ world }: Scene) =>
          world.toggle(name),
    ),
  },
  {
    weight: 7,
    arbitrary: fc.nat(1).map(
      (router) =>
        async ({ world }: Scene) =>
          world.reload(router),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.nat(200_000).map(
      (ms) =>
        async ({ world }: Scene) =>
          world.passes(ms),
    ),
  },
)
// Without a status that is as new, nothing tells any more what routers were told.
const loss = fc
  .constantFrom('loseConfig' as const, 'spoilConfig' as const)
  .map((lose) => async ({ world }: Scene) => {
    if (world.isRecorded) world[lose]()
  })
const asked = spec.map((next) => async (scene: Scene) => scene.want(next, true))
const unasked = spec.map((next) => async (scene: Scene) => scene.want(next, false))

t.test('what runs and what is published is never other than somebody said and consented to', async () => {
  const event = fc.oneof(
    { weight: 20, arbitrary: happening },
    { weight: 2, arbitrary: loss },
    { weight: 3, arbitrary: asked },
    { weight: 3, arbitrary: unasked },
  )
  await fc.assert(
    fc.asyncProperty(
      spec,
      fc.array(event, { maxLength: 40, size: 'max' }),
      spec,
      async (first, events, last) => {
        const scene = new Scene(first)
        await confirmed(scene.world)
        for (const happens of events) await scene.check(() => happens(scene))
        scene.want(last, true)
        await scene.world.settle()
        const [ofOwn, ofOthers] = [
          last.pools.filter((one) => !isExternal(one)),
          last.pools.filter(isExternal),
        ]
        const servers = (pools: readonly Pool[]) =>
          Object.fromEntries(pools.map(({ name, shards, copies }) => [name, shards * copies]))
        if (scene.world.condition('Stalled').startsWith('True')) return
        assert.deepEqual(
          [scene.world.published, scene.world.publishedOthers],
          [servers(ofOwn), servers(ofOthers)],
        )
      },
    ),
    effort(30),
  )
})

t.test('what admission has taken is never held, at whatever step it changes', async () => {
  const event = fc.oneof({ weight: 20, arbitrary: happening }, { weight: 5, arbitrary: asked })
  await fc.assert(
    fc.asyncProperty(spec, fc.array(event, { maxLength: 30, size: 'max' }), async (first, events) => {
      const scene = new Scene(first)
      await confirmed(scene.world)
      for (const happens of events) {
        await happens(scene)
        assert.doesNotMatch(scene.world.condition('Stalled'), /ConsentNeeded/)
      }
    }),
    effort(25),
  )
})
