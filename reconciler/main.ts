import { hostname } from 'node:os'
import { FAILURE } from '../process/exit-code.ts'
import { type Flags, help, parseFlags } from './flags.ts'
import { runOnCluster, type Surroundings } from './kube/connection/on-cluster.ts'
import { operate } from './run.ts'

/**
 * Works until SIGTERM or SIGINT, finishes what is under way and gives the lead back.
 *
 * @param argv what follows `reconciler` on the command line
 * @returns the exit code: 0, 1 when it cannot work or has lost the lead
 * @throws {FlagsError} for bad flags
 */
export async function runReconciler(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const work = async (surroundings: Surroundings<Flags>, stop: AbortSignal) => {
    const end = await operate({ ...surroundings, instance: env.POD_NAME || hostname() }, stop)
    surroundings.log.info({ end }, 'ended')
    return end === 'lost' ? FAILURE : 0
  }
  return runOnCluster({ name: 'reconciler', parseFlags, help, work }, argv, env)
}
