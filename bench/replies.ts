import { setTimeout as sleep } from 'node:timers/promises'
import { configFor, serialise } from '../routing/config.ts'
import { ch3 } from '../routing/hash/ch3.ts'
import { isJsonObject, type JsonObject } from '../schemas/json.ts'
import { eventually } from '../testing/deadline.ts'
import { mcrouterWith } from '../testing/mcrouter.ts'
import { Children } from '../testing/process/children.ts'
import type { RecordedClient } from '../testing/replies/client.ts'
import { isCalled, poolOf, recordedConfiguration, serversOf } from '../testing/replies/configuration.ts'
import { RecordedStage } from '../testing/replies/stage.ts'
import { COURSE, type Phase, type Replies, vectors, wordFor, wordsFor } from '../testing/replies/table.ts'

// What a mcrouter answers to every operation while all servers are up, when one is killed, and when that one is back, empty:
// compared with what test/fixtures/vectors has. Ends with 1 where something differs.
// Usage: node bench/replies.ts PATH_OF_MCROUTER [PATH_OF_MEMCACHED] [RELEASE]

interface Trial {
  readonly name: string
  readonly configuration: JsonObject
  readonly dead: string
  readonly expected: readonly Replies[]
}

interface Question {
  readonly one: Replies
  readonly phase: Phase
  readonly key: string
}

/** What is rendered, by the configuration whose replies it has. */
const RENDERED = [
  { config: 'replicated-2-available.json', topology: 'replicated', servers: 2 },
  { config: 'replicated-3-available.json', topology: 'replicated', servers: 3 },
  { config: 'sharded-3-miss-on-error.json', topology: 'sharded', servers: 3 },
] as const

/** Where a server is taken at random: so often are all of three taken, but once in 10^17 times. */
const MANY = 100

const [mcrouter = 'mcrouter', memcached = 'memcached', wanted = 'current'] = process.argv.slice(2)
const release = (['37', '40', '41', 'current'] as const).find((one) => one === wanted) ?? 'current'
const recorded = vectors<Replies>('replies')
const children = new Children('replies')
try {
  // What was recorded has operations that 37 does not know.
  const trials = release === '37' ? renderedTrials() : [...renderedTrials(), ...recordedTrials()]
  const differences = await Promise.all(trials.map(compare))
  process.exitCode = differences.every((count) => count === 0) ? 0 : 1
} finally {
  await children.end()
}

function renderedTrials(): Trial[] {
  return RENDERED.map(({ config, topology, servers }) => {
    const spec = mcrouterWith({ topology, routers: { release }, memcached: { servers } })
    const addresses = serversOf(recordedConfiguration(config))
    const configuration: unknown = JSON.parse(serialise(configFor(spec, [addresses])))
    if (!isJsonObject(configuration)) throw new Error(`${config} is rendered as no object`)
    const expected = recorded.filter(
      (one) => one.config === config && (release !== '37' || !one.op.startsWith('gat')),
    )
    return { name: `rendered for ${config}`, configuration, dead: 'mc-a-0', expected }
  })
}

function recordedTrials(): Trial[] {
  return [...Map.groupBy(recorded, ({ config, dead }) => `${config}, ${dead}`)].map(([name, expected]) => {
    const { config = '', dead = '' } = expected[0] ?? {}
    return { name, configuration: recordedConfiguration(config), dead, expected }
  })
}

/** How many replies differ. */
async function compare(trial: Trial): Promise<number> {
  const { name, configuration, dead } = trial
  const stage = await RecordedStage.start(children, { mcrouter, memcached }, configuration)
  const client = await stage.client()
  const questions = questionsOf(trial)
  const tokens = new Map<string, string>()
  for (const { one, key } of questions) tokens.set(key, await client.prepare(one.op, key))
  let differing = 0
  for (const phase of COURSE) {
    const asked = await reach(phase, stage, client, dead)
    for (const question of questions.filter((each) => each.phase === phase)) {
      const { one, key } = question
      const words = wordsFor(one, phase, recorded)
      const now = await answerTo(question, asked, words, tokens.get(key))
      if (words.has(now)) continue
      differing += 1
      console.log(
        `${name}, ${one.op}, home ${one.home}, ${phase}: ${now} instead of ${[...words].join(' or ')}`,
      )
    }
    if (asked !== client) asked.end()
  }
  client.end()
  console.log(`${name}: ${questions.length - differing} of ${questions.length} replies as expected`)
  return differing
}

/** The client whose router is asked. */
async function reach(
  phase: Phase,
  stage: RecordedStage,
  client: RecordedClient,
  dead: string,
): Promise<RecordedClient> {
  if (phase === 'first') await stage.kill(dead)
  if (phase === 'after_2s') await sleep(2000)
  if (phase === 'fresh_router') return stage.client()
  if (phase === 'back') {
    await stage.revive(dead)
    await eventually('it is probed', async () => (await client.suspects()) === 0)
  }
  return client
}

/** Where a server is taken at random, any that would give the reply. */
async function answerTo(
  { one, key }: Question,
  client: RecordedClient,
  words: ReadonlySet<string>,
  token = '',
): Promise<string> {
  const isRandom = one.config.startsWith('seed-') && /^get(-absent)?$/.test(one.op)
  for (let times = isRandom ? MANY : 1; ; times--) {
    const word = wordFor(await client.answer(one.op, key, token))
    if (times === 1 || words.has(word)) return word
  }
}

/** Each reply has a key of its own: one whose home is the server that dies, another, or both where it makes no difference. */
function questionsOf({ configuration, dead, expected }: Trial): Question[] {
  const servers = poolOf(dead, configuration)
  const dying = servers.findIndex((server) => isCalled(dead, server))
  // Of the pool whose server dies, where prefixes choose.
  const prefix = dead === 'mc-users-0' ? 'user:' : 'key:'
  let next = 0
  const keyAt = (home: 'dead' | 'alive') => {
    for (;;) {
      const key = `${prefix}${next++}`
      if ((ch3(Buffer.from(key), servers.length) === dying) === (home === 'dead')) return key
    }
  }
  return expected.flatMap((one) => {
    const homes = one.home === 'any' ? (['dead', 'alive'] as const) : [one.home]
    return COURSE.flatMap((phase) => homes.map((home) => ({ one, phase, key: keyAt(home) })))
  })
}
