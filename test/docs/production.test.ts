import { readFileSync } from 'node:fs'
import t from 'tap'
import { ampleMemory } from '../../schemas/formats/memcached-memory.ts'
import { proxyThreads } from '../../schemas/formats/proxy-threads.ts'
import { OWN_FILES } from '../../schemas/validation/rules/connections.ts'
import { warningsOf } from '../schemas/mcrouter.ts'

const PAGE = readFileSync(new URL('../../docs/production.md', import.meta.url), 'utf8')

/** Cells of the rows under a heading of a table. */
function rowsUnder(heading: string): string[][] {
  const lines = PAGE.split('\n')
  const start = lines.findIndex((line) => line.startsWith(`| ${heading}`))
  const end = lines.indexOf('', start)
  return lines.slice(start + 2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

t.test('what a pod of memcached requests is what is rendered', async (t) => {
  const rows = rowsUnder('`memcached_memory_mb`')
  t.equal(rows.length, 4)
  for (const [memory, connections, request] of rows)
    t.equal(request, `${ampleMemory(Number(memory), Number(connections))}Mi`)
})

t.test('a server needs as many connections as admission asks for, and not one more', async (t) => {
  const rows = rowsUnder('`mcrouter_replicas`')
  t.equal(rows.length, 3)
  for (const [replicas, cpus = '', needed] of rows) {
    const [cpu = ''] = cpus.split(' ')
    const threads = proxyThreads({ requests: { cpu }, limits: {} })
    t.equal(Number(needed), OWN_FILES + 2 * Number(replicas) * threads)
    const refusal = (connections: number) =>
      warningsOf({
        mcrouter_replicas: Number(replicas),
        mcrouter_resources: { requests: { cpu } },
        memcached_max_connections: connections,
      }).filter((said) => said.startsWith('refused: '))
    t.strictSame(refusal(Math.max(Number(needed), 64)), [], 'enough')
    if (Number(needed) > 64) t.match(refusal(Number(needed) - 1), [/must be at least/], 'one less')
  }
})
