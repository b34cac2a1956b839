import { readFile } from 'node:fs/promises'
import packageJson from '../package.json' with { type: 'json' }
import { FAILURE } from '../process/exit-code.ts'
import { FlagsError } from '../process/flags.ts'
import { ListenError } from '../process/health.ts'
import { createLog } from '../process/log.ts'
import { signalled } from '../process/signals.ts'
import { reasonOf } from '../process/system-error.ts'
import { help, parseFlags } from './flags.ts'
import { serve } from './run.ts'

/**
 * Copies what it is told to until SIGTERM or SIGINT; a second signal ends the process at once. What is half done then stays so: the next
 * process finds it in the servers.
 *
 * @param argv what follows `copier` on the command line
 * @returns the exit code: 0, 1 when it cannot work
 * @throws {FlagsError} for bad flags
 */
export async function runCopier(argv: readonly string[]): Promise<number> {
  const flags = parseFlags(argv)
  if (flags === undefined) {
    process.stdout.write(help())
    return 0
  }
  const clientCa = await read('client-ca', flags.clientCa)
  const serverCa = flags.serverCa === undefined ? undefined : await read('server-ca', flags.serverCa)
  const log = createLog(flags.logLevel, process.stderr)
  process.on('uncaughtExceptionMonitor', (error) =>
    log.fatal({ err: error }, 'exiting after an unhandled error'),
  )
  const stop = new AbortController()
  void signalled().then((signal) => {
    log.info({ signal, version: packageJson.version }, 'stopping; a second signal ends the process at once')
    stop.abort()
  })
  try {
    await serve({ ...flags, clientCa, serverCa }, log, stop.signal)
    return 0
  } catch (error) {
    if (!(error instanceof ListenError)) throw error
    process.stderr.write(`mcrouter-operator copier: ${error.message}\n`)
    return FAILURE
  }
}

const REASONS = {
  ENOENT: 'it does not exist',
  EACCES: 'this user may not read it',
  EISDIR: 'it is a directory',
}

/** @throws {FlagsError} when it cannot be read, or holds no certificate */
async function read(flag: string, file: string): Promise<string> {
  const pem = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new FlagsError(`--${flag}=${file}: ${reasonOf(error, REASONS)}`)
  })
  if (!pem.includes('-----BEGIN CERTIFICATE-----'))
    throw new FlagsError(`--${flag}=${file}: it holds no certificate in PEM`)
  return pem
}
