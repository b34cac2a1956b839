import type { Test } from 'tap'
import { Children } from '../../../testing/process/children.ts'

/** Runs a command of the environment that has NetworkPolicies hold until it ends, which it does with the test. */
export async function enforcePolicies(t: Test, command: string): Promise<void> {
  const children = new Children('mcrouter-e2e')
  const enforcer = children.start('enforcer', { file: 'sh', args: ['-c', `exec ${command}`] })
  t.teardown(async () => {
    const { running } = enforcer
    await enforcer.stop()
    if (!running) t.fail(`${command} ended by itself:\n${await enforcer.log()}`)
    await children.end()
  })
}
