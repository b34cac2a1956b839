import type { Flag } from '../process/flags.ts'

/** What the command line is connected to: the process, or a test. */
export interface Terminal {
  readonly env: NodeJS.ProcessEnv
  /** All of standard input. */
  readonly input: () => Promise<string>
  readonly out: (text: string) => void
  readonly error: (text: string) => void
}

/** A subcommand. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string
  /** One that the operator starts by itself: neither help nor completion names it. */
  readonly isInternal?: boolean
  /** Loaded for the completion of a shell. */
  readonly flags: () => Promise<Readonly<Record<string, Flag>>>
  /** What may stand where no flag does. */
  readonly words?: readonly string[]
  /**
   * @param argv what follows the command's name
   * @returns the exit code
   * @throws {FlagsError} when the command is called wrongly
   */
  readonly run: (argv: readonly string[], terminal: Terminal) => Promise<number>
}
