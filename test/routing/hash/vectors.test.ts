import { readFileSync } from 'node:fs'
import t from 'tap'
import { ch3 } from '../../../routing/hash/ch3.ts'
import { crc32 } from '../../../routing/hash/crc32.ts'
import { rendezvous } from '../../../routing/hash/rendezvous.ts'
import { routingKey } from '../../../routing/hash/routing-key.ts'
import { weightedCh3 } from '../../../routing/hash/weighted-ch3.ts'

interface Vector {
  readonly salt: string | null
  readonly servers: number
  readonly weights?: readonly number[]
  readonly tags?: readonly string[]
  readonly keys: Readonly<Record<string, number>>
}

type Placing = (key: Buffer, vector: Vector) => number | undefined

const FUNCTIONS: Readonly<Record<string, Placing>> = {
  ch3: (key, { servers }) => ch3(key, servers),
  'weighted-ch3': (key, { servers, weights = [] }) => weightedCh3(key, servers, weights).at(-1)?.index,
  crc32: (key, { servers }) => crc32(key) % servers,
  rendezvous: (key, { tags = [] }) => rendezvous(key, tags),
}

for (const [name, placed] of Object.entries(FUNCTIONS)) {
  t.test(`${name}: a key is on the server to which the real mcrouter sent it`, async (t) => {
    const file = new URL(`../../fixtures/vectors/${name}.json`, import.meta.url)
    const vectors: readonly Vector[] = JSON.parse(readFileSync(file, 'utf8'))
    let seen = 0
    const wrong: string[] = []
    for (const vector of vectors) {
      for (const [key, index] of Object.entries(vector.keys)) {
        seen += 1
        const found = placed(Buffer.from(routingKey(key) + (vector.salt ?? '')), vector)
        if (found !== index) wrong.push(`${key} of ${vector.servers}: ${found}, not ${index}`)
      }
    }
    t.strictSame(wrong, [])
    t.ok(seen >= (name === 'weighted-ch3' ? 2400 : 6000), `${seen} keys`)
  })
}
