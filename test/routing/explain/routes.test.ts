import { readFileSync } from 'node:fs'
import t from 'tap'
import { destinations } from '../../../routing/explain/destinations.ts'
import { explainer } from '../../../routing/explain/explain.ts'
import type { ClientOperation } from '../../../routing/explain/request.ts'

interface Vector {
  /** A file of golden. */
  readonly config: string
  /** `-R` and the default route. */
  readonly args?: readonly string[]
  readonly key: string
  readonly ops: readonly ClientOperation[]
  readonly destinations: readonly string[]
}

const FIXTURES = new URL('../../fixtures/', import.meta.url)
const VECTORS: readonly Vector[] = JSON.parse(readFileSync(new URL('vectors/routes.json', FIXTURES), 'utf8'))
const CONFIGS = Map.groupBy(VECTORS, ({ config, args = [] }) => [config, ...args].join(' '))

for (const [config, vectors] of CONFIGS) {
  t.test(`${config}: the servers that the real mcrouter named, in its order`, async (t) => {
    const [file = '', , defaultRoute] = config.split(' ')
    const json: unknown = JSON.parse(readFileSync(new URL(`golden/${file}`, FIXTURES), 'utf8'))
    const explain = explainer(json, defaultRoute)
    const wrong = vectors.flatMap(({ key, ops, destinations: named }) =>
      ops.filter((op) => destinations(explain(op, key)).join() !== named.join()).map((op) => `${op} ${key}`),
    )
    t.strictSame(wrong, [])
    t.ok(vectors.length >= 24, `${vectors.length} vectors`)
  })
}

t.test('all configurations that were asked are among them', async (t) => {
  t.ok(CONFIGS.size >= 25, `${CONFIGS.size} configurations`)
})
