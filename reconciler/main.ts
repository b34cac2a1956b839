import { hostname } from 'node:os'
import packageJson from '../package.json' with { type: 'json' }
import { systemClock as clock } from '../process/clock.ts'
import { FAILURE } from '../process/exit-code.ts'
import { ListenError } from '../process/health.ts'
import { createLog } from '../process/log.ts'
import { signalled } from '../process/signals.ts'
import { type Flags, help, parseFlags } from './flags.ts'
import { connect } from './kube/connection/connect.ts'
import { ApiError } from './kube/connection/errors.ts'
import { operate } from './run.ts'

/**
 * Works until SIGTERM or SIGINT, finishes what is under way and gives the lead back; a second signal ends the process
 * at once.
 *
 * @param argv what follows `reconciler` on the command line
 * @returns the exit code: 0, 1 when it cannot work or has lost the lead
 * @throws {FlagsError} for bad flags
 */
export async function runReconciler(argv: string[], env: NodeJS.ProcessEnv): Promise<number> {
  try {
    const flags = parseFlags(argv)
    if (flags !== undefined) return await run(flags, env)
    process.stdout.write(help())
    return 0
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof ListenError)) throw error
    process.stderr.write(`mcrouter-operator reconciler: ${error.message}\n`)
    return FAILURE
  }
}

async function run(flags: Flags, env: NodeJS.ProcessEnv): Promise<number> {
  const { kubeconfig, context } = flags
  const log = createLog(flags.logLevel, process.stderr)
  process.on('uncaughtExceptionMonitor', (error) =>
    log.fatal({ err: error }, 'exiting after an unhandled error'),
  )
  const userAgent = `mcrouter-operator/${packageJson.version}`
  const cluster = await connect({ kubeconfig, context, environment: env, clock, userAgent })
  const stop = new AbortController()
  void signalled().then((signal) => {
    log.info({ signal }, 'stopping; a second signal ends the process at once')
    stop.abort()
  })
  try {
    const instance = env.POD_NAME || hostname()
    const end = await operate({ flags, cluster, clock, log, instance }, stop.signal)
    log.info({ end }, 'ended')
    return end === 'lost' ? FAILURE : 0
  } finally {
    cluster.close()
  }
}
