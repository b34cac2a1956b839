import { type LevelWithSilent, type Logger, pino } from 'pino'
import { visible } from '../text/printable-json.ts'

export const LOG_LEVELS: readonly LevelWithSilent[] = [
  'trace',
  'debug',
  'info',
  'warn',
  'error',
  'fatal',
  'silent',
]

interface Sink {
  write(line: string): unknown
}

/**
 * One JSON object a line. Nothing logs bodies or headers; the redaction is for an error that carries them.
 * @param sink the process's standard error in life
 */
export function createLog(level: LevelWithSilent, sink: Sink): Logger {
  return pino(
    {
      level,
      base: {},
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: ['*.authorization', '*.headers.authorization', '*.key', '*.passphrase'],
    },
    { write: (line) => sink.write(visible(line)) },
  )
}
