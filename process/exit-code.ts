// Exit codes beside 0, of every command.

/** It could not do what it was asked for. */
export const FAILURE = 1
/** It was called wrongly. */
export const USAGE = 2
