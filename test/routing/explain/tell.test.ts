import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { explainer } from '../../../routing/explain/explain.ts'
import { type ClientOperation, OPERATIONS } from '../../../routing/explain/request.ts'
import type { Step } from '../../../routing/explain/step.ts'
import { tell } from '../../../routing/explain/tell.ts'

const GOLDEN = fileURLToPath(new URL('../../fixtures/golden/', import.meta.url))

function explain(file: string, operation: ClientOperation, key: string): Step {
  const route = /zone/.test(file) ? '/k8s/zone-a/' : undefined
  return explainer(JSON.parse(readFileSync(`${GOLDEN}${file}`, 'utf8')), route)(operation, key)
}

t.test('a server, a decision or an answer a line, what belongs to a list below it', async (t) => {
  t.strictSame(tell(explain('replicated-3-home-first.json', 'cas', 'user:42')), [
    'by operation: the policy for cas',
    'pool A: Ch3 of "user:42" over 3 is 1 (the bits of its MurmurHash64A d4b05408142ff933 draw 1)',
    'mc-a-1.mc-a.cache.svc.cluster.local:11211',
  ])
  t.strictSame(tell(explain('gutter.json', 'delete', 'user:42')), [
    'by operation: the policy for delete',
    'all of these, the reply of the first is the answer, the others are not waited for:',
    '- one after the other until one does not fail:',
    '  - pool main: Ch3 of "user:42" over 4 is 1 (the bits of its MurmurHash64A d4b05408142ff933 draw 1)',
    '    mc-main-1.mc-main.cache.svc.cluster.local:11211',
    '  - pool gutter: Ch3 of "user:42" over 2 is 1 (the bits of its MurmurHash64A d4b05408142ff933 draw 1)',
    '    mc-gutter-1.mc-gutter.cache.svc.cluster.local:11211',
    '- pool gutter: Ch3 of "user:42" over 2 is 1 (the bits of its MurmurHash64A d4b05408142ff933 draw 1)',
    '  mc-gutter-1.mc-gutter.cache.svc.cluster.local:11211',
  ])
})

t.test('every configuration that was tried can be told, for every operation', async (t) => {
  const files = globSync('*.json', { cwd: GOLDEN })
  t.ok(files.length > 30, `${files.length} configurations`)
  for (const file of files) {
    for (const operation of OPERATIONS) {
      const lines = tell(explain(file, operation, 'user:42'))
      t.ok(lines.length > 0, `${file} ${operation}`)
      t.notMatch(lines.join('\n'), /undefined|\[object/)
    }
  }
})

t.test('a terminal obeys nothing of a key', async (t) => {
  const lines = tell(explain('sharded-3.json', 'get', 'a\u001b[2J\u202e\u0085b'))
  t.notMatch(lines.join(' '), /[\p{Cc}\u202e]/u)
  t.match(lines.join('\n'), String.raw`a\u001b[2J\u202e\u0085b`)
})
