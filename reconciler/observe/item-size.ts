import { text } from './untyped.ts'

/** memcached's option for its largest item. */
export const ITEM_SIZE = '-I'
/** No spec says it in more characters. Whatever somebody else gives their pods takes no memory. */
const LONGEST = 16

/** The word after it among the arguments of a container; empty without one. */
export function itemSizeIn(args: unknown): string {
  const at = Array.isArray(args) ? args.indexOf(ITEM_SIZE) : -1
  const word = Array.isArray(args) && at >= 0 ? text(args[at + 1]) : ''
  return word.length <= LONGEST ? word : ''
}
