import { run } from '../../../testing/process/command.ts'

/** Runs a command line of the environment; rejects with its complaint when it fails. */
export async function shell(command: string, env: NodeJS.ProcessEnv = {}): Promise<void> {
  const { code, stderr } = await run('sh', ['-c', command], { env: { ...process.env, ...env } })
  if (code !== 0) throw new Error(`${command}: exit code ${code}\n${stderr}`)
}
