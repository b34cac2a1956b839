import { readFileSync } from 'node:fs'
import t from 'tap'
import { type Replies, tableRows, vectors, wordFor } from '../../testing/replies/table.ts'

const OPERATIONS = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8')

interface Refused {
  readonly request: string
  readonly reply: string
  readonly closes: boolean
}

t.test('every cell of what still works is what the real mcrouter answered', async (t) => {
  const lines = OPERATIONS.split('\n')
  const start = lines.findIndex((line) => line.startsWith('| | replicated, 3 |'))
  const table = lines.slice(start + 2, lines.indexOf('', start))
  t.strictSame(table, tableRows(vectors<Replies>('replies')))
})

t.test('keys whose home is another server are answered as if all were up', async (t) => {
  // That of the Ansible operator takes one at random.
  const others = vectors<Replies>('replies').filter(
    ({ home, config }) => home === 'alive' && !config.startsWith('seed-'),
  )
  t.ok(others.length > 200)
  for (const { config, op, healthy, after_2s, back } of others) {
    t.equal(wordFor(after_2s), wordFor(healthy), `${config}, ${op}`)
    t.equal(wordFor(back), wordFor(healthy), `${config}, ${op}`)
  }
})

t.test('all that mcrouter refuses, whatever the pool, is named', async (t) => {
  for (const { request, reply, closes } of vectors<Refused>('refused')) {
    if (reply === 'END') continue
    const [command = '', key = ''] = request.split(' ')
    const named = command === 'get' ? `\`${key}\`` : `\`${command}\``
    const line = OPERATIONS.split('\n').find((line) => line.startsWith('|') && line.includes(named))
    t.ok(line?.includes(`\`${reply.trim()}`), `${named}: ${reply}`)
    t.equal(line?.includes('closed'), closes, named)
  }
})
