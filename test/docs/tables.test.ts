import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PAGES = globSync('{*,!(node_modules|dist|.tap)/**/*}.md', { cwd: ROOT })

interface Row {
  readonly line: number
  readonly cells: number
}

/** Of the tables of a page, each with the row that says how many columns it has (GitHub Flavored Markdown, Tables). */
function tablesIn(page: string): Row[][] {
  const tables: Row[][] = []
  let isCode = false
  let last: number | undefined
  for (const [index, text] of page.split('\n').entries()) {
    if (/^\s*(```|~~~)/.test(text)) isCode = !isCode
    if (isCode || !/^\s*\|/.test(text)) continue
    if (last !== index - 1) tables.push([])
    tables.at(-1)?.push({ line: index + 1, cells: cellsIn(text) })
    last = index
  }
  return tables
}

/** A separator within a cell is escaped, in code as well. */
function cellsIn(row: string): number {
  const inner = row
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
  return inner.split(/(?<!\\)\|/).length
}

t.test('each row of a table has a cell for each column', async (t) => {
  const tables = PAGES.flatMap((page) => {
    const text = readFileSync(ROOT + page, 'utf8')
    return tablesIn(text).map((rows) => ({ page, rows }))
  })
  t.ok(tables.length > 40)
  for (const { page, rows } of tables) {
    const [heading, ...others] = rows
    t.ok(others.length > 1, `${page}:${heading?.line} is a table`)
    for (const { line, cells } of others) t.equal(cells, heading?.cells, `${page}:${line}`)
  }
})

t.test('a separator counts, unless it is escaped', async (t) => {
  t.same(tablesIn('| a | b |\n|---|---|\n| `x \\| y` | |\n\n```\n| not one\n```\n| c |'), [
    [
      { line: 1, cells: 2 },
      { line: 2, cells: 2 },
      { line: 3, cells: 2 },
    ],
    [{ line: 8, cells: 1 }],
  ])
})
