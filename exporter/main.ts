import { runOnCluster } from '../reconciler/kube/connection/on-cluster.ts'
import { help, parseFlags } from './flags.ts'
import { serve } from './run.ts'

/**
 * Answers until SIGTERM or SIGINT, and finishes what is under way.
 *
 * @param argv what follows `exporter` on the command line
 * @returns the exit code: 0, 1 when it cannot work
 * @throws {FlagsError} for bad flags
 */
export async function runExporter(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const work = async (...surroundings: Parameters<typeof serve>) => {
    await serve(...surroundings)
    return 0
  }
  return runOnCluster({ name: 'exporter', parseFlags, help, work }, argv, env)
}
