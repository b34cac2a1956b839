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
  /**
   * @param argv what follows the command's name
   * @returns the exit code
   * @throws {UsageError} when the command is called wrongly
   */
  readonly run: (argv: readonly string[], terminal: Terminal) => Promise<number>
}

/** Exit codes beside 0. */
export const FAILURE = 1
export const USAGE = 2

/** The command was called wrongly; the message says how, and the caller adds where to read how it is done. */
export class UsageError extends Error {
  readonly code = 'MCR_ERR_USAGE'

  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}
