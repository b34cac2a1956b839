import { parseArgs } from 'node:util'

/** The command line is wrong; the message says how. */
export class FlagsError extends Error {
  readonly code = 'MCR_ERR_FLAGS'
  override readonly name = 'FlagsError'
}

export interface Flag {
  /** What stands after `=` in the help. */
  readonly value: string
  /** What counts when it is not given. */
  readonly fallback: string
  readonly description: string
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
  const values = parsed(Object.keys(flags), argv)
  if (values.help === true) return undefined
  return (name) => {
    const value = values[name]
    return typeof value === 'string' ? value : flags[name].fallback
  }
}

function parsed(
  names: readonly string[],
  argv: readonly string[],
): Readonly<Record<string, string | boolean | undefined>> {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' } as const]))
  try {
    return parseArgs({ args: [...argv], options: { ...options, help: { type: 'boolean', short: 'h' } } })
      .values
  } catch (error) {
    throw new FlagsError(error instanceof Error ? error.message : String(error))
  }
}

export function helpOn(header: string, flags: Readonly<Record<string, Flag>>): string {
  const lines = Object.entries(flags).flatMap(([name, { value, fallback, description }]) => [
    `  --${name}=${value}`,
    `      ${description}${fallback === '' ? '' : ` Default: ${fallback}.`}`,
  ])
  return `${header}\n\nFlags:\n${lines.join('\n')}\n`
}
