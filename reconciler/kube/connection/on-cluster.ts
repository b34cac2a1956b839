import type { LevelWithSilent, Logger } from 'pino'
import packageJson from '../../../package.json' with { type: 'json' }
import { type Clock, systemClock as clock } from '../../../process/clock.ts'
import { FAILURE } from '../../../process/exit-code.ts'
import { ListenError } from '../../../process/health.ts'
import { createLog } from '../../../process/log.ts'
import { signalled } from '../../../process/signals.ts'
import { type Cluster, connect } from './connect.ts'
import { ApiError } from './errors.ts'

/** What every process that works on a cluster is told. */
interface ClusterFlags {
  readonly kubeconfig: string | undefined
  readonly context: string | undefined
  readonly logLevel: LevelWithSilent
}

/** A process that works on a cluster. */
interface OnCluster<Flags extends ClusterFlags> {
  /** As on the command line. */
  readonly name: string
  /** Undefined where only help is wanted. Throws FlagsError for bad flags. */
  readonly parseFlags: (argv: readonly string[]) => Flags | undefined
  readonly help: () => string
  /** Works until the signal fires, and finishes what is under way; resolves with the exit code. */
  readonly work: (surroundings: Surroundings<Flags>, stop: AbortSignal) => Promise<number>
}

export interface Surroundings<Flags> {
  readonly flags: Flags
  readonly cluster: Cluster
  readonly clock: Clock
  readonly log: Logger
}

/**
 * Works until SIGTERM or SIGINT; a second signal ends the process at once.
 *
 * @returns the exit code: that of the work, 0 after help, 1 when the cluster cannot be reached or an address not be listened on
 * @throws {FlagsError} for bad flags
 */
export async function runOnCluster<Flags extends ClusterFlags>(
  { name, parseFlags, help, work }: OnCluster<Flags>,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  try {
    const flags = parseFlags(argv)
    if (flags !== undefined) return await run(flags, env, work)
    process.stdout.write(help())
    return 0
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof ListenError)) throw error
    process.stderr.write(`mcrouter-operator ${name}: ${error.message}\n`)
    return FAILURE
  }
}

async function run<Flags extends ClusterFlags>(
  flags: Flags,
  environment: NodeJS.ProcessEnv,
  work: OnCluster<Flags>['work'],
): Promise<number> {
  const { kubeconfig, context } = flags
  const log = createLog(flags.logLevel, process.stderr)
  process.on('uncaughtExceptionMonitor', (error) =>
    log.fatal({ err: error }, 'exiting after an unhandled error'),
  )
  const userAgent = `mcrouter-operator/${packageJson.version}`
  const cluster = await connect({ kubeconfig, context, environment, clock, userAgent })
  const stop = new AbortController()
  void signalled().then((signal) => {
    log.info({ signal }, 'stopping; a second signal ends the process at once')
    stop.abort()
  })
  try {
    return await work({ flags, cluster, clock, log }, stop.signal)
  } finally {
    cluster.close()
  }
}
