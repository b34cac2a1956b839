/** Why the system refused something: in the words of `reasons` where its code is one of them, else in its own. */
export function reasonOf(error: unknown, reasons: Readonly<Record<string, string>>): string {
  if (!(error instanceof Error)) return String(error)
  return reasons[codeOf(error)] ?? error.message
}

/** Such as ENOENT; empty for an error that is not the system's. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
