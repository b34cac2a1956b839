import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { withoutWords } from './checks.ts'
import { LIBRARIES, type Library, type Protocol } from './library.ts'
import { type Result, recorded, resultOf } from './results.ts'
import { startStage } from './stage.ts'
import { Missing, prepared } from './toolchain.ts'

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/clients', import.meta.url))
const { results } = recorded()

/** Undefined, and the test skipped, where the machine lacks what it takes (README.md says so). */
async function directoryOf(t: Test, library: Library): Promise<string | undefined> {
  try {
    return await prepared(library.toolchain, CACHE)
  } catch (error) {
    if (!(error instanceof Missing)) throw error
    t.plan(0, error.message)
    return undefined
  }
}

function recordedFor({ name }: Library, protocol: Protocol): Result | undefined {
  return results.find((one) => one.library === name && one.protocol === protocol)
}

function comparable(result: Result | undefined) {
  if (result === undefined) return undefined
  const outcomes = Object.entries(result.outcomes).map(([check, outcome]) => [check, withoutWords(outcome)])
  return { ...result, outcomes: Object.fromEntries(outcomes) }
}

t.test('every library does what the table in README.md says', { timeout: 600_000 }, async (t) => {
  const stage = await startStage(CACHE)
  t.teardown(() => stage.end())
  for (const library of LIBRARIES) {
    await t.test(`${library.name} (${library.toolchain.language})`, async (t) => {
      const directory = await directoryOf(t, library)
      if (directory === undefined) return
      for (const protocol of library.protocols) {
        const result = await resultOf(library, protocol, directory, stage)
        const expected = recordedFor(library, protocol)
        // Versions of what the system brings cannot be pinned; what works with them is compared all the same.
        const pinned = library.toolchain.prepare.length > 0
        const version = pinned ? expected?.version : result.version
        t.strictSame(
          comparable(result),
          comparable(expected && { ...expected, version: version ?? '' }),
          protocol,
        )
      }
    })
  }
})
