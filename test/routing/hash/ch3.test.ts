import fc from 'fast-check'
import t from 'tap'
import { ch3, MOST_SERVERS, walk } from '../../../routing/hash/ch3.ts'
import { routingKey } from '../../../routing/hash/routing-key.ts'
import { effort } from '../../../testing/effort.ts'

function placed(key: string, servers: number): number {
  return ch3(Buffer.from(routingKey(key)), servers)
}

t.test('what stands after a hash stop does not count', async (t) => {
  t.equal(placed('cart|#|1', 50), placed('cart|#|2', 50))
  t.equal(routingKey('|#|x'), '')
  t.equal(routingKey('a|#b'), 'a|#b')
})

t.test('one server more takes its share, and nothing moves between the others', async (t) => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 1000 }),
      (key, servers) => {
        const before = placed(key, servers)
        const after = placed(key, servers + 1)
        return before >= 0 && before < servers && (after === before || after === servers)
      },
    ),
    effort(100),
  )
  const keys = Array.from({ length: 4000 }, (_, index) => `user:${index}:profile`)
  const moved = keys.filter((key) => placed(key, 4) !== placed(key, 3)).length / keys.length
  t.ok(Math.abs(moved - 1 / 4) < 0.03, `3 → 4 servers moves ${moved} of the keys`)
})

t.test(
  'what was drawn in vain is told, and the first server has what was never drawn in range',
  async (t) => {
    const bits = (...drawn: number[]) => {
      const left = [...drawn]
      return () => left.shift() ?? 1
    }
    t.strictSame(walk(bits(1, 1, 1, 0), 3), { index: 2, passed: [3] })
    t.strictSame(walk(bits(0, 1), 3), { index: 1, passed: [] })
    t.strictSame(walk(bits(), 3), { index: 0, passed: Array(32).fill(3) })
    t.ok(ch3(Buffer.from('a'), MOST_SERVERS) < MOST_SERVERS)
  },
)
