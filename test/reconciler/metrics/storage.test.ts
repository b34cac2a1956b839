import { Registry } from 'prom-client'
import t from 'tap'
import { registerStorage } from '../../../reconciler/metrics/storage.ts'

t.test('Mcrouters are counted by what came of them', async (t) => {
  const registry = new Registry()
  registerStorage(registry, () => ({ rewritten: 3, skipped: 1, failed: 0 }))
  const text = await registry.metrics()
  t.match(text, 'mcrouter_operator_storage_migrations_total{result="rewritten"} 3')
  t.match(text, 'mcrouter_operator_storage_migrations_total{result="skipped"} 1')
  t.match(text, 'mcrouter_operator_storage_migrations_total{result="failed"} 0')
})
