import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import t from 'tap'
import { withPodHeap } from '../../../bench/support/pod-heap.ts'
import { run } from '../../../testing/process/command.ts'
import { atPath } from '../../support/at.ts'

const VALUES = new URL('../../../charts/mcrouter-operator/values.yaml', import.meta.url)

const PRINT = 'console.log(v8.getHeapStatistics().heap_size_limit / 2 ** 20)'

t.test('the reconciler is measured with the heap of its pod, and nothing else is', async (t) => {
  const limit = atPath(load(readFileSync(VALUES, 'utf8')), 'reconciler.resources.limits.memory')
  t.equal(limit, '384Mi', 'the limit for which the heap was looked up')
  const { command } = withPodHeap({
    directory: '',
    metafile: { inputs: {}, outputs: {} },
    command: () => ({ file: process.execPath, args: ['--max-semi-space-size=4', '-e', PRINT], env: {} }),
  })
  const { file, args, env } = command(['reconciler'])
  t.equal(Number((await run(file, args ?? [], { env: env ?? {} })).stdout), 268)
  t.strictSame(command(['server']).env, {})
})
