import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import { effort } from '../../testing/effort.ts'
import { ch3, furcHash, routingKey } from '../support/ch3.ts'

interface Vector {
  readonly salt: string | null
  readonly servers: number
  readonly keys: Readonly<Record<string, number>>
}

const VECTORS: readonly Vector[] = JSON.parse(
  readFileSync(new URL('../fixtures/vectors/ch3.json', import.meta.url), 'utf8'),
)

t.test('a key is on the server to which the real mcrouter sent it', async (t) => {
  let wrong = 0
  let seen = 0
  for (const { salt, servers, keys } of VECTORS) {
    for (const [key, index] of Object.entries(keys)) {
      seen += 1
      const found = salt === null ? ch3(key, servers) : furcHash(Buffer.from(routingKey(key) + salt), servers)
      if (found !== index) wrong += 1
    }
  }
  t.equal(wrong, 0)
  t.ok(seen >= 6000, `${seen} keys`)
})

t.test('what stands after a hash stop does not count', async (t) => {
  t.equal(ch3('cart|#|1', 50), ch3('cart|#|2', 50))
  t.equal(routingKey('|#|x'), '')
  t.equal(routingKey('a|#b'), 'a|#b')
})

t.test('one server more takes its share, and nothing moves between the others', async (t) => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 1000 }),
      (key, servers) => {
        const before = ch3(key, servers)
        const after = ch3(key, servers + 1)
        return before >= 0 && before < servers && (after === before || after === servers)
      },
    ),
    effort(100),
  )
  const keys = Array.from({ length: 4000 }, (_, index) => `user:${index}:profile`)
  const moved = keys.filter((key) => ch3(key, 4) !== ch3(key, 3)).length / keys.length
  t.ok(Math.abs(moved - 1 / 4) < 0.03, `3 → 4 servers moves ${moved} of the keys`)
})
