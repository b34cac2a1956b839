import { MAIN_POOL } from '../../schemas/mcrouter.ts'

/** `a`, `a and b`, `a, b and 3 more`. */
export function few(names: readonly (string | number)[]): string {
  if (names.length <= 2) return names.join(' and ')
  return `${names[0]}, ${names[1]} and ${names.length - 2} more`
}

/** `1 server`, `2 servers`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** Before a sentence about a pool: nothing for the one that every Mcrouter has. */
export function titleOfPool(pool: string): string {
  return pool === MAIN_POOL ? '' : `Pool ${pool}: `
}
