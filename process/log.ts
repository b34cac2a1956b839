import { type LevelWithSilent, type Logger, pino } from 'pino'
import { UNPRINTABLE } from '../text/plain-text.ts'

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

/**
 * JSON escapes C0 only. What else can move a terminal's cursor or turn its text around is escaped here, all of which can
 * stand in a JSON string alone. The end of the line is the one control character that is not of a string.
 */
function visible(line: string): string {
  return line.replace(UNPRINTABLE, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
