import { record, records, text } from '../../reconciler/observe/untyped.ts'
import type { JsonObject } from '../../schemas/json.ts'

/** What becomes of the times in rules; in Prometheus' notation, such as 5m. */
export interface Shortening {
  /** Of whatever `for` says. */
  readonly hold: string
  /** Of windows and offsets, by what they are; each that rules have must be here. */
  readonly windows: Readonly<Record<string, string>>
}

/** A window after a series, such as [5m], or an offset: all the times in an expression that are no numbers of seconds. */
const TIMES = /(?<=[\w})]\[)\w+(?=\])|(?<=\boffset )\w+/g

/**
 * The same rules for a test that cannot wait for hours.
 * @throws for a window that nothing is said of
 */
export function shortened(rules: JsonObject, { hold, windows }: Shortening): JsonObject {
  const expression = (expr: string) =>
    expr.replaceAll(TIMES, (time) => {
      const short = windows[time]
      if (short === undefined) throw new Error(`what is ${time} to become, in ${expr}`)
      return short
    })
  const rule = (one: JsonObject) => ({
    ...one,
    expr: expression(text(one.expr)),
    ...(one.for !== undefined && { for: hold }),
  })
  const groups = records(rules.groups).map((group) => ({ ...group, rules: records(group.rules).map(rule) }))
  return { ...record(rules), groups }
}
