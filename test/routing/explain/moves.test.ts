import t from 'tap'
import { type Moves, movesBetween } from '../../../routing/explain/moves.ts'
import { walk } from '../../../routing/hash/ch3.ts'
import { movedShare, partsBetween } from '../../../schemas/moved-share.ts'
import { type Fraction, fractionText, percentText } from '../../../text/fraction.ts'

/** Bits of a key that are looked at; what is not decided by then is left over. */
const MOST_BITS = 18

interface Joint {
  /** `before,after` → how many of all keys have these indexes, with so many bits decided. */
  readonly shares: ReadonlyMap<string, number>
  readonly undecided: number
}

class Undecided extends Error {
  readonly position: number
  constructor(position: number) {
    super()
    this.position = position
  }
}

/** Both walks over every stream of bits there is, each bit being fair: nothing is sampled. */
function jointOf(from: number, to: number): Joint {
  const shares = new Map<string, number>()
  let undecided = 0
  const follow = (bits: ReadonlyMap<number, number>): void => {
    const bit = (position: number) => {
      const known = bits.get(position)
      if (known === undefined) throw new Undecided(position)
      return known
    }
    const share = 2 ** -bits.size
    try {
      const pair = `${walk(bit, from).index},${walk(bit, to).index}`
      shares.set(pair, (shares.get(pair) ?? 0) + share)
    } catch (error) {
      if (!(error instanceof Undecided)) throw error
      if (bits.size === MOST_BITS) undecided += share
      else for (const value of [0, 1]) follow(new Map([...bits, [error.position, value]]))
    }
  }
  follow(new Map())
  return { shares, undecided }
}

t.test('what moves from where to where is what the walks of all keys say', async (t) => {
  for (const [from, to] of [
    [1, 2],
    [2, 3],
    [3, 4],
    [3, 5],
    [2, 7],
    [5, 4],
    [6, 3],
    [4, 1],
    [3, 3],
  ] as const) {
    const { shares, undecided } = jointOf(from, to)
    t.ok(undecided < 0.02, `${from} → ${to}: ${undecided} undecided`)
    for (let before = 0; before < from; before += 1) {
      for (let after = 0; after < to; after += 1) {
        const share = shares.get(`${before},${after}`) ?? 0
        const parts = partsBetween(before, after, from, to)
        if (parts === 0) t.equal(share, 0, `${from} → ${to}: nothing moves from ${before} to ${after}`)
        const missing = parts / (from * to) - share
        t.ok(missing >= 0 && missing <= undecided, `${from} → ${to}: ${before} to ${after} is ${share}`)
      }
    }
  }
})

t.test('all parts together are all keys, and the share of a warning is that of an explanation', async (t) => {
  for (let from = 1; from <= 40; from += 1) {
    for (let to = 1; to <= 40; to += 1) {
      const { moved, from: leaving, to: coming } = moves(names(from), names(to))
      t.ok(Math.abs(value(moved) - movedShare(from, to)) < 1e-12, `${from} → ${to}`)
      for (const shares of [leaving, coming]) {
        const sum = shares.reduce((all, { share }) => all + value(share), 0)
        t.ok(Math.abs(sum - value(moved)) < 1e-12, `${from} → ${to}: ${sum}`)
      }
    }
  }
})

t.test('a growth takes the same from every server, a shrink gives the same to every one', async (t) => {
  t.match(moves(['a', 'b'], ['a', 'b', 'c']), {
    before: 2,
    after: 3,
    moved: { numerator: 1, denominator: 3 },
    from: [
      { server: 'a', share: { numerator: 1, denominator: 6 } },
      { server: 'b', share: { numerator: 1, denominator: 6 } },
    ],
    to: [{ server: 'c', share: { numerator: 1, denominator: 3 } }],
  })
  const shrink = moves(['a', 'b', 'c'], ['a', 'b'])
  t.strictSame(
    shrink.from.map(({ server }) => server),
    ['c'],
  )
  t.strictSame(shrink.to, moves(['a', 'b'], ['a', 'b', 'c']).from)
  t.match(moves(['a', 'b'], ['a', 'b']), { moved: { numerator: 0 }, from: [], to: [] })
})

t.test('other names are other servers, and so is another order', async (t) => {
  t.equal(fractionText(moves(['a', 'b'], ['x', 'y']).moved), '1')
  t.equal(fractionText(moves(['a', 'b', 'c'], ['c', 'b', 'a']).moved), '2/3')
  // Removed in the middle: what was on the last server is looked for on its new index as well, and found for one part.
  t.equal(fractionText(moves(['a', 'b', 'c'], ['a', 'c']).moved), '1/2')
})

t.test('fractions are in lowest terms', async (t) => {
  t.equal(fractionText({ numerator: 0, denominator: 1 }), '0')
  t.equal(percentText({ numerator: 1, denominator: 3 }), '33.33 %')
})

function moves(before: readonly string[], after: readonly string[]): Moves {
  const sharded = (servers: readonly string[]) => ({ shards: servers.length, copies: 1, servers })
  return movesBetween(sharded(before), sharded(after))
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `server-${index}`)
}

function value({ numerator, denominator }: Fraction): number {
  return numerator / denominator
}
