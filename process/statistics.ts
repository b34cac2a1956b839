/** What memcached or mcrouter answers to `stats`, by name: lines of `STAT name value`. Of two of one name, the last. */
export function statisticsIn(lines: readonly string[]): Map<string, string> {
  const values = new Map<string, string>()
  for (const line of lines) {
    if (!line.startsWith('STAT ')) continue
    const end = line.indexOf(' ', 5)
    if (end > 0) values.set(line.slice(5, end), line.slice(end + 1))
  }
  return values
}

/** A release such as `2026.08.17.00 mcrouter`, of at most 64 printable characters; undefined for anything else. */
export function versionIn(values: ReadonlyMap<string, string>): string | undefined {
  const version = values.get('version')
  return version !== undefined && /^[ -~]{1,64}$/.test(version) ? version : undefined
}
