import { sumOf, textOf } from '../exposition/numbers.ts'

/**
 * Sets without the cas among them, which memcached counts as sets, too; undefined where it does not say.
 * @param more further statistics of cas that are among them
 */
export function setsIn(values: ReadonlyMap<string, string>, ...more: readonly string[]): string | undefined {
  const sets = sumOf(values.get('cmd_set'))
  const cas = sumOf(...['cas_hits', 'cas_badval', ...more].map((name) => values.get(name)))
  return sets === undefined || cas === undefined ? undefined : textOf(Math.max(0, sets - cas))
}
