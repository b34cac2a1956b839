/** A configuration that mcrouter would refuse as well, or that has what is not followed here; the message says which. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** @throws {ConfigError} unless it is there */
export function found<T>(value: T | undefined, message: string): T {
  if (value === undefined) throw new ConfigError(message)
  return value
}
