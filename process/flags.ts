import { parseArgs } from 'node:util'

/** The command line is wrong; the message says how, and who catches it adds where to read how it is done. */
export class FlagsError extends Error {
  override readonly name = 'FlagsError'
}

export interface Flag {
  /** The letter that stands for it after a single dash. */
  readonly short?: string
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
  const values = parsed(flags, argv)
  if (values.help === true) return undefined
  return (name) => {
    const value = values[name]
    return typeof value === 'string' ? value : flags[name].fallback
  }
}

function parsed(
  flags: Readonly<Record<string, Flag>>,
  argv: readonly string[],
): Readonly<Record<string, string | boolean | undefined>> {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { short }]) => [
      name,
      { type: 'string', ...(short && { short }) } as const,
    ]),
  )
  try {
    return parseArgs({ args: [...argv], options: { ...options, help: { type: 'boolean', short: 'h' } } })
      .values
  } catch (error) {
    throw new FlagsError(error instanceof Error ? error.message : String(error))
  }
}

export function helpOn(header: string, flags: Readonly<Record<string, Flag>>): string {
  const lines = Object.entries(flags).flatMap(([name, { short, value, fallback, description }]) => [
    `  ${short === undefined ? '' : `-${short}, `}--${name}=${value}`,
    `      ${description}${fallback === '' ? '' : ` Default: ${fallback}.`}`,
  ])
  return `${header}\n\nFlags:\n${lines.join('\n')}\n`
}
