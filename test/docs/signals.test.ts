import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const OPERATIONS = readFileSync(`${ROOT}docs/operations.md`, 'utf8')
const SOURCES = globSync('{server,reconciler}/**/*.ts', { cwd: ROOT }).map((file) =>
  readFileSync(`${ROOT}${file}`, 'utf8'),
)

const METRIC = /\b(?:mcrouter_operator|controller_runtime|leader_election|workqueue|certwatcher)_[a-z_]+\b/g

t.test('every metric that operations.md has people alert on is one that a process counts', (t) => {
  const [, section = ''] = OPERATIONS.split('\n## Metrics\n')
  const [rows = ''] = section.split('\n## ')
  const told = new Set(rows.match(METRIC))
  t.ok(told.size > 5)
  for (const name of told)
    t.ok(
      SOURCES.some((source) => source.includes(name)),
      name,
    )
  t.end()
})

t.test('every event has its words in operations.md', (t) => {
  const source = readFileSync(`${ROOT}reconciler/reconciler-event.ts`, 'utf8')
  const reasons = [...source.matchAll(/^ {2}\| '(\w+)'$/gm)].map(([, reason = '']) => reason)
  t.ok(reasons.length > 20)
  // It is about an object of the operator's own, and not in that list.
  for (const reason of [...reasons, 'ForeignCA'])
    t.match(OPERATIONS, new RegExp(`^\\| [^|]*\\b${reason}\\b[^|]*\\| (Normal|Warning)`, 'm'), reason)
  t.end()
})
