import { readFileSync } from 'node:fs'
import t from 'tap'
import { OK } from '../clients/checks.ts'
import { LIBRARIES } from '../clients/library.ts'
import { recorded } from '../clients/results.ts'
import { NEVER, readTable, tableOf } from '../clients/table.ts'

const { results } = recorded()

/** Where versions are pinned, by language. */
const PINS: Readonly<Record<string, string>> = {
  Python: 'python/requirements.txt',
  'Node.js': 'javascript/package.json',
  Go: 'go/go.mod',
  Java: 'java/pom.xml',
  Rust: 'rust/Cargo.toml',
}

t.test('the table of client libraries in README.md is made of what was recorded', async (t) => {
  t.equal(readTable(), tableOf(recorded()))
})

t.test('every library is recorded, with each protocol and with the version that is pinned', async (t) => {
  for (const { name, protocols, toolchain } of LIBRARIES) {
    for (const protocol of protocols) {
      const result = results.find((one) => one.library === name && one.protocol === protocol)
      t.ok(result, `${name}, ${protocol}`)
      const pins = PINS[toolchain.language]
      if (pins === undefined || result === undefined) continue
      const text = readFileSync(new URL(`../clients/${pins}`, import.meta.url), 'utf8')
      t.ok(text.includes(result.version), `${name} ${result.version} is in ${pins}`)
    }
  }
})

t.test('what README.md says of all of them is true of each', async (t) => {
  for (const { library, protocol, outcomes } of results) {
    if (protocol !== 'text') t.not(outcomes.set, OK, `${library} speaks ${protocol}, and nothing works`)
    else for (const check of NEVER) t.not(outcomes[check], OK, `${library}: ${check}`)
  }
})

t.test('what mcrouter does not speak, and which keys it refuses, is said where people look', async (t) => {
  for (const document of ['README.md', 'docs/reference.md', 'docs/operations.md']) {
    const text = readFileSync(new URL(`../../${document}`, import.meta.url), 'utf8')
    for (const word of [/\bbinary\b/i, /\bmeta\b/, /`\/a\/b\/c`/, /p:\/a\/b\/c|"p:\$uri"/])
      t.match(text, word, document)
  }
})
