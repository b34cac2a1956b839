import type { Random } from '../random.ts'
import { mcrouterObject, reviewOf } from '../review.ts'
import { anyName, type Strike } from './strike.ts'

/** Above what the server reads of a review, now and then. */
const LARGEST = 7_500_000

/** JSON texts of about so many bytes, each the worst of its kind. */
const SHAPES: readonly ((bytes: number) => string)[] = [
  (bytes) => `[${'{},'.repeat(bytes / 3)}{}]`,
  (bytes) => `[${'0,'.repeat(bytes / 2)}0]`,
  (bytes) => `${'['.repeat(bytes / 2)}${']'.repeat(bytes / 2)}`,
  (bytes) => `{${Array.from({ length: bytes / 12 }, (_, index) => `"!${index.toString(36)}":1`).join()}}`,
  (bytes) => JSON.stringify('x'.repeat(bytes)),
  (bytes) => `[${'"\\u0000",'.repeat(bytes / 9)}0]`,
]
const FIELDS = ['node_selector', 'tolerations', 'memcached_resources', 'unknown', 'pool_setup']

function bodyOf(random: Random): string {
  const bytes = Math.floor(random.next() ** 2 * LARGEST)
  const slot = '"HOSTILE"'
  const hostile = random.pick(SHAPES)(bytes)
  const metadata = random.pick([{}, { x: 'HOSTILE' }, { annotations: { note: '<' } }])
  const spec = { [random.pick(FIELDS)]: 'HOSTILE' }
  const text = JSON.stringify(reviewOf(mcrouterObject(spec, metadata))).replaceAll(slot, () => hostile)
  return random.pick([text, text.replace('cache', '\\u0063ache')])
}

const review: Strike = async ({ random, post }) => {
  await post(random.pick(['/mutate', '/validate']), bodyOf(random))
}

const rendering: Strike = async ({ random, post }) => {
  await post(random.pick(['/render', '/explain?key=a']), random.pick(SHAPES)(random.integer(1, 300_000)))
}

/** Through the API server, as every tenant may. */
const tolerations: Strike = async ({ random, intruder }) => {
  const tolerations = Array.from({ length: random.integer(1, 100_000) }, () => ({}))
  await intruder.mcrouter(anyName(random), { tolerations }, { annotations: { note: '<' } })
}

/** Bodies that are made to hurt the webhook server. */
export const BODIES: readonly Strike[] = [review, review, rendering, tolerations]
