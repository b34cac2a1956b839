import fc from 'fast-check'
import { KEYS } from './cache.ts'
import { type WarmWorld, WRITES } from './world.ts'

/** Something that happens to a world. */
export type Happening = (world: WarmWorld) => void

const ONCE: number = 1
const many = { weight: 3 }
const router = fc.nat(2)

/** All do what they have to, and nobody is killed. */
const round: Happening = (world) => {
  world.startServers()
  world.reconcile()
  for (const one of [0, 1, 2]) world.reload(one)
  world.copierWorks()
  world.passes(2_000)
}

/** What may happen without anything being broken: whoever is killed comes back. */
export const HAPPENINGS: readonly fc.WeightedArbitrary<Happening>[] = [
  of(fc.integer({ min: 1, max: 5 }), (servers) => (world) => world.want(servers)),
  { ...of(fc.integer({ min: 0, max: 3 }), (most: number) => (world) => world.reconcile(most)), ...many },
  { ...of(fc.constant(true), () => round), ...many },
  { ...of(router, (one) => (world) => world.reload(one)), ...many },
  { ...of(fc.constant(true), () => (world) => world.copierWorks()), ...many },
  of(fc.constant(true), (isBack) => (world) => world.copierDies(isBack)),
  of(fc.constant(true), () => (world) => world.startServers()),
  of(fc.tuple(router, fc.constantFrom(...KEYS), fc.boolean()), ([one, key, isDelete]) => (world) => {
    world.write(one, key, isDelete)
  }),
  of(fc.constant(true), () => (world) => world.stall()),
  of(fc.constantFrom(...WRITES), (write) => (world) => world.resume(write)),
  of(fc.integer({ min: 1, max: 9_000 }), (ms) => (world) => world.passes(ms)),
]

/** What makes a resize cold, or keys go. */
export const TROUBLES: readonly fc.WeightedArbitrary<Happening>[] = [
  of(fc.constant(true), () => (world) => world.copierGivesUp()),
  of(fc.boolean(), (isBack) => (world) => world.copierDies(isBack)),
  of(fc.nat(4), (ordinal) => (world) => world.killServer(ordinal)),
  of(fc.constantFrom('NoCas', undefined), (reason) => (world) => {
    world.cold = reason
  }),
  of(fc.integer({ min: 100_000, max: 400_000 }), (ms) => (world) => world.passes(ms)),
]

function of<Value>(values: fc.Arbitrary<Value>, happens: (value: Value) => Happening) {
  return { arbitrary: values.map(happens), weight: ONCE }
}
