import { readdirSync } from 'node:fs'
import t from 'tap'
import { GOLDEN } from './golden-files.ts'

t.test('each configuration that was tried is compared with ours, or somebody has said why not', async (t) => {
  const files = readdirSync(new URL('../fixtures/golden/', import.meta.url))
  t.same(
    files.toSorted(),
    Object.keys(GOLDEN)
      .map((name) => `${name}.json`)
      .toSorted(),
  )
})
