import { parseArgs } from 'node:util'
import { nearest } from '../text/nearest.ts'
import { quote } from '../text/quote.ts'

/** The command line is wrong; the message says how, and who catches it adds where to read how it is done. */
export class FlagsError extends Error {
  override readonly name = 'FlagsError'
}

export interface Flag {
  /** The letter that stands for it after a single dash. */
  readonly short?: string
  /** What stands after `=` in the help; undefined for one that is there or not. */
  readonly value?: string
  /** What counts when it is not given. */
  readonly fallback?: string
  readonly description: string
}

/** What a command line gives the flags. */
export interface Given<Name extends string> {
  /** The last value, or the fallback. */
  readonly text: (name: Name) => string
  readonly all: (name: Name) => readonly string[]
  readonly isSet: (name: Name) => boolean
}

/**
 * What a command line gives each flag, its fallback where it gives none.
 * @returns undefined when `--help` was asked for
 * @throws {FlagsError} for a flag that is not known, and for anything else
 */
export function flagValues<Name extends string>(
  flags: Readonly<Record<Name, Flag>>,
  argv: readonly string[],
): ((name: Name) => string) | undefined {
  return givenFlags(flags, argv)?.text
}

/** As {@link flagValues}, for a command with flags that repeat or have no value. */
export function givenFlags<Name extends string>(
  flags: Readonly<Record<Name, Flag>>,
  argv: readonly string[],
): Given<Name> | undefined {
  const values = parseValues(flags, argv)
  if (values.help !== undefined) return undefined
  const all = (name: Name) => (values[name] ?? []).filter((value) => typeof value === 'string')
  return {
    text: (name) => all(name).at(-1) ?? flags[name].fallback ?? '',
    all,
    isSet: (name) => values[name] !== undefined,
  }
}

type Values = Readonly<Record<string, readonly (string | boolean)[] | undefined>>

function parseValues(flags: Readonly<Record<string, Flag>>, argv: readonly string[]): Values {
  const help = { type: 'boolean', short: 'h', multiple: true } as const
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { short, value }]) => [
      name,
      { type: value === undefined ? 'boolean' : 'string', multiple: true, ...(short && { short }) } as const,
    ]),
  )
  try {
    return parseArgs({ args: [...argv], options: { ...options, help } }).values
  } catch (error) {
    throw new FlagsError(error instanceof Error ? complaint(error, flags) : String(error))
  }
}

/** Of Node's own words (lib/internal/util/parse_args) some name no way out, and some a wrong one. */
function complaint(error: Error, flags: Readonly<Record<string, Flag>>): string {
  const code = 'code' in error ? error.code : undefined
  const [, quoted = ''] = /'([^']*)'/.exec(error.message) ?? []
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const near = nearest(quoted, Object.keys(flags))
    return `there is no flag ${quoted}${near === undefined ? '' : `; did you mean --${near}?`}`
  }
  if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') {
    return `${quote(quoted)} is no flag${flags.filename === undefined ? '' : '; a file is named with -f FILE'}`
  }
  const [, name = ''] = /--([\w-]+)/.exec(error.message) ?? []
  const value = flags[name]?.value
  if (name === '') return error.message
  return value === undefined ? `--${name} takes no value` : `--${name} needs a value: --${name}=${value}`
}

export function helpOn(header: string, flags: Readonly<Record<string, Flag>>): string {
  const lines = Object.entries(flags).flatMap(([name, { short, value, fallback = '', description }]) => [
    `  ${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : `=${value}`}`,
    `      ${description}${fallback === '' ? '' : ` Default: ${fallback}.`}`,
  ])
  return `${header}\n\nFlags:\n${lines.join('\n')}\n`
}
