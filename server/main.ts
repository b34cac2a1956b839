import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import packageJson from '../package.json' with { type: 'json' }
import { systemClock as clock } from '../process/clock.ts'
import { FAILURE } from '../process/exit-code.ts'
import { FlagsError } from '../process/flags.ts'
import { createLog } from '../process/log.ts'
import { signalled } from '../process/signals.ts'
import { renderSettingsOf } from '../render/flags.ts'
import { buildApp } from './app.ts'
import { type Flags, help, parseFlags } from './flags.ts'
import { createMetrics } from './metrics.ts'
import { certificateFor } from './serving/certificate.ts'
import { ClientCa } from './serving/client-ca.ts'
import { Drain } from './serving/drain.ts'
import { LIMITS } from './serving/http-server.ts'
import { JobQueue } from './serving/job-queue.ts'
import { listen } from './serving/listen.ts'
import { RequestBudget } from './serving/request-budget.ts'
import { ResponseBudget } from './serving/response-budget.ts'

/** Budget for half-received bodies over all connections: room for about a dozen of the largest. */
const BODIES_BYTES = 64 * 1024 * 1024
/** Large reviews of conversions that wait: anybody may send them, and each can hold 5 MiB. */
const CONVERSIONS = 8
/** Budget for answers that clients have not read yet: five of the largest renderings. */
const ANSWERS_BYTES = 16 * 1024 * 1024

/**
 * Serves until SIGTERM, then drains; SIGINT, from a person, only finishes what is under way; a second signal
 * ends the process at once.
 * @param argv what follows `server` on the command line
 * @returns the exit code: 0, 1 when it cannot serve
 * @throws {FlagsError} for bad flags
 */
export async function runServer(argv: string[], env: NodeJS.ProcessEnv): Promise<number> {
  try {
    const flags = parseFlags(argv)
    if (flags === undefined) process.stdout.write(help())
    else await serve(flags, env)
    return 0
  } catch (error) {
    if (!isStartError(error)) throw error
    process.stderr.write(`mcrouter-operator server: ${error.message} (${error.code})\n`)
    return FAILURE
  }
}

async function serve(flags: Flags, env: NodeJS.ProcessEnv): Promise<void> {
  if (flags.certDir === undefined && env.KUBERNETES_SERVICE_HOST !== undefined) {
    throw new FlagsError(
      'in a cluster --cert-dir is needed: the directory where the serving certificate is mounted',
    )
  }
  const log = createLog(flags.logLevel, process.stderr)
  process.on('uncaughtExceptionMonitor', (error) =>
    log.fatal({ err: error }, 'exiting after an unhandled error'),
  )
  const metrics = createMetrics()
  const clientCa = flags.clientCa === undefined ? undefined : await ClientCa.read(flags.clientCa, log)
  const certificate = await certificateFor(flags, log, clock, metrics.certificate, clientCa)
  const drain = new Drain(clock, (ms, signal) => pause(ms, undefined, { signal }))
  const app = buildApp({
    settings: renderSettingsOf(flags),
    inherit: flags.inherit,
    images: flags.images,
    certificate,
    tls: certificate,
    knownCallersOnly: clientCa !== undefined,
    drain,
    limits: LIMITS,
    metrics,
    bodies: new RequestBudget(BODIES_BYTES),
    answers: new ResponseBudget(ANSWERS_BYTES),
    renderJobs: new JobQueue(pause),
    reviewJobs: new JobQueue(pause),
    convertJobs: new JobQueue(pause, CONVERSIONS),
    log,
  })
  try {
    const address = await listen(app, flags)
    const stop = signalled()
    log.info({ address, version: packageJson.version, unready: certificate.unready() }, 'listening')
    if (flags.certDir === undefined) process.stdout.write(invitation(address))
    await leave(await stop, drain, log)
  } finally {
    await app.close()
    certificate.close()
    clientCa?.close()
  }
}

async function leave(signal: NodeJS.Signals, drain: Drain, log: Logger): Promise<void> {
  log.info({ signal }, 'stopping; a second signal ends the process at once')
  if (signal === 'SIGTERM') await drain.quiet(new AbortController().signal)
}

function invitation(address: string): string {
  return `Try it with a Mcrouter in cr.yaml:\n  curl -sk --data-binary @cr.yaml https://${address}/render\n`
}

function isStartError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('MCR_ERR_')
}
