import { runInNewContext } from 'node:vm'
import t from 'tap'
import { celRules } from '../../../schemas/v1beta1/cel.ts'
import { isInStep, layoutOfMain } from '../../../schemas/v1beta1/cel-layout.ts'
import { completeCounts, type GivenCounts, scaledLayout } from '../../../schemas/v1beta1/counts.ts'

// What these rules are made of means the same in JavaScript, but for has(). The API server itself judges in
// test/contract/v1beta1.test.ts.

/** The value of an expression; it throws where the API server would, at a field that is not there and was not asked for with has(). */
function evaluated(expression: string, variables: Readonly<Record<string, object>>): unknown {
  const strict = Object.entries(variables).map(([name, value]) => [name, strictly(value)] as const)
  const has = (read: () => unknown) => {
    try {
      read()
      return true
    } catch (error) {
      if (error instanceof NoSuchKey) return false
      throw error
    }
  }
  return runInNewContext(expression.replaceAll('has(', 'has(() => '), { ...Object.fromEntries(strict), has })
}

class NoSuchKey extends Error {}

function strictly(value: object): object {
  return new Proxy(value, {
    get: (target, key) => {
      const member: unknown = Reflect.get(target, key)
      if (member === undefined) throw new NoSuchKey(String(key))
      return member
    },
  })
}

const NUMBERS = [undefined, 1, 2, 3]
const WORDS = [undefined, 'Shards', 'Copies'] as const

/** All there are, of few servers. */
const ALL: readonly GivenCounts[] = NUMBERS.flatMap((shards) =>
  NUMBERS.flatMap((copies) =>
    NUMBERS.flatMap((replicas) => WORDS.map((replicasOf) => ({ shards, copies, replicas, replicasOf }))),
  ),
)

/** Several shards that are to count as copies are refused for that. */
function isRefused({ shards, replicasOf }: GivenCounts): boolean {
  return replicasOf === 'Copies' && (shards ?? 1) > 1
}

t.test('the API server reads every layout as the operator does, whatever is left out of it', async (t) => {
  const { shards, copies } = layoutOfMain('self')
  const sound = ALL.filter((given) => !isRefused(given))
  t.ok(sound.length > 0)
  t.strictSame(
    sound.map((given) => ({
      given,
      shards: evaluated(shards, { self: given }),
      copies: evaluated(copies, { self: given }),
    })),
    sound.map((given) => {
      const meant = scaledLayout(completeCounts(given))
      return { given, shards: meant.shards, copies: meant.copies }
    }),
  )
})

t.test(
  'it lets another layout pass beside replicas that say the same, or what they counted before',
  async (t) => {
    const passes = (self: GivenCounts, oldSelf: GivenCounts) =>
      evaluated(isInStep('self', 'oldSelf'), { self, oldSelf })
    const [five, trio] = [
      { shards: 5, copies: 1, replicas: 5 },
      { shards: 1, copies: 3, replicas: 3 },
    ]
    for (const self of [
      { replicas: 5 },
      { replicas: 4 },
      { copies: 2, replicas: 5 },
      { shards: 4, replicas: 4 },
    ])
      t.equal(passes(self, five), true, JSON.stringify(self))
    for (const self of [
      { shards: 4, replicas: 5 },
      { shards: 1, copies: 3, replicas: 5 },
    ])
      t.equal(passes(self, five), false, JSON.stringify(self))
    for (const self of [{ replicas: 3 }, { shards: 1, replicas: 3 }, { copies: 3, replicas: 3 }])
      t.equal(passes(self, trio), false, `${JSON.stringify(self)} would be shards`)
    t.equal(passes({ replicas: 4, replicasOf: 'Copies' }, trio), true)
  },
)

t.test('no rule reads a count of the main pool without having asked for it', async (t) => {
  const main = /\b(self|oldSelf|self\.memcached)\.(shards|copies)\b/
  const asked = /has\(((?:self|oldSelf|self\.memcached)\.(?:shards|copies))\) \? (?:self\.replicas == )?\1 :/g
  const rules = celRules().filter(({ at, rule }) => !at.startsWith('spec.pools') && main.test(rule))
  t.ok(rules.length >= 9, `${rules.length} rules`)
  for (const { rule } of rules) t.notMatch(rule.replaceAll(asked, ''), main)
})
