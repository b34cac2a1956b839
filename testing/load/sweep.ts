import type { Connection } from './connection.ts'
import { KEY, type Keys } from './keys.ts'
import { versionIn } from './stored-text.ts'
import { judge } from './value-truth.ts'

/** What every key is in the end, through each router. */
export interface Sweep {
  readonly read: number
  /** Older than it has to be, or back from the dead, or what nobody wrote; a counter that is another number. */
  readonly wrong: number
  /** Not there although it has to be: lost, as a cache may. */
  readonly missing: number
  /** Reads that nobody answered. */
  readonly errors: number
  /** Some of the keys that are wrong, each with what is wrong about it. */
  readonly examples: readonly string[]
}

type Outcome = 'right' | 'wrong' | 'missing'
type Look = (router: Connection) => Promise<readonly [key: string, outcome: Outcome, found: string]>

const MOST_EXAMPLES = 10

/** @param connect to each router, called once for each of so many clients */
export async function sweep(
  keys: Keys,
  connect: () => readonly Connection[],
  clients: number,
): Promise<Sweep> {
  const looks = [
    ...keys.values.map(
      (_, index): Look =>
        (router) =>
          value(keys, index, router),
    ),
    ...keys.counters.map(
      (_, index): Look =>
        (router) =>
          counter(keys, index, router),
    ),
  ]
  const counts = { read: 0, right: 0, wrong: 0, missing: 0, errors: 0 }
  const examples: string[] = []
  const each = async (client: number) => {
    const routers = connect()
    for (let index = client; index < looks.length; index += clients) {
      for (const router of routers) {
        counts.read += 1
        try {
          const [key, outcome, found] = (await looks[index]?.(router)) ?? ['', 'right', '']
          counts[outcome] += 1
          if (outcome === 'wrong' && examples.length < MOST_EXAMPLES) examples.push(`${key}: ${found}`)
        } catch {
          counts.errors += 1
        }
      }
    }
    for (const router of routers) router.close()
  }
  await Promise.all(Array.from({ length: clients }, (_, client) => each(client)))
  const { read, wrong, missing, errors } = counts
  return { read, wrong, missing, errors, examples }
}

async function value(keys: Keys, index: number, router: Connection): ReturnType<Look> {
  const key = KEY.value(index)
  const known = keys.values[index]?.known() ?? { last: undefined, highest: 0, pending: false }
  const begun = performance.now()
  const found = await router.retrieve('get', key)
  const seen = found === undefined ? ('nothing' as const) : { version: versionIn(found.text) }
  const verdict = judge(seen, known, known, begun, performance.now())
  if (verdict === 'hit' || verdict === 'unclear') return [key, 'right', '']
  const text = `${verdict}: ${seen === 'nothing' ? seen : seen.version} in place of ${known.last?.version}`
  return [key, verdict === 'miss' ? 'missing' : 'wrong', text]
}

async function counter(keys: Keys, index: number, router: Connection): ReturnType<Look> {
  const key = KEY.counter(index)
  const found = await router.retrieve('get', key)
  if (found === undefined) return [key, 'missing', '']
  const truth = keys.counters[index]
  const isRight = truth?.isLeftRight(Number(found.text)) === true
  return [key, isRight ? 'right' : 'wrong', `${found.text} in place of ${truth?.value}`]
}
