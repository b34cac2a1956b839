import type { Test } from 'tap'
import { Children } from '../../../testing/process/children.ts'

/** Runs a command of the environment that gives the cluster something until it ends, which it does with the test. */
export async function during(t: Test, command: string): Promise<void> {
  const children = new Children('mcrouter-e2e')
  const child = children.start('beside', { file: 'sh', args: ['-c', `exec ${command}`] })
  t.teardown(async () => {
    const { running } = child
    await child.stop()
    if (!running) t.fail(`${command} ended by itself:\n${await child.log()}`)
    await children.end()
  })
}
