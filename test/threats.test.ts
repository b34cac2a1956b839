import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const text = readFileSync(`${ROOT}docs/threats.md`, 'utf8')

/** Rows of the tables that end with what shows it: | **threat** | done | tests | */
const rows = text.split('\n').filter((line) => line.startsWith('| **'))

t.test('every threat names the tests that show what is done about it', async (t) => {
  t.ok(rows.length > 20, `${rows.length} threats`)
  for (const row of rows) {
    const [threat = ''] = row.slice(2).split(' | ')
    t.match(row, / \| (`test\/[\w./-]+\.test\.ts` ?)+ ?\|$| \| not ours to show \|$/, threat)
  }
})

t.test('the tests are there', async (t) => {
  const named = [...text.matchAll(/`(test\/[^`]+)`/g)].map(([, path = '']) => path)
  t.strictSame(
    named.filter((path) => !existsSync(ROOT + path)),
    [],
  )
})
