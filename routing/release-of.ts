import type { FieldPath } from '../schemas/fields.ts'
import type { Release } from '../schemas/mcrouter.ts'
import { featuresOf } from './release.ts'

/** Tags of builds since 2020 begin with the day: 2026.08.17.00. */
const FIRST_DATED = 2020
/** The last release that does not know what 40 does. */
const LAST_WITHOUT = 39

/**
 * The release of a router, from its answer to `get __mcrouter__.version` or `version`; undefined when it does not say.
 * Packages call release 40 0.40. What is between two releases of the spec counts as the lower one, which it understands.
 *
 * @param version such as `2026.08.17.00 mcrouter`
 */
export function releaseOf(version: string): Release | undefined {
  const [, digits] = /^(?:VERSION |mcrouter )?v?(?:0\.)?(\d{1,4})\./.exec(version) ?? []
  const number = Number(digits)
  if (digits === undefined || number === 0) return undefined
  if (number >= FIRST_DATED) return 'current'
  if (number <= LAST_WITHOUT) return '37'
  return number === 40 ? '40' : '41'
}

/**
 * What it means that a router is of another release than the spec says; undefined where it means nothing. A router that is
 * newer than the spec works, but gat and gats take the way of a write: they miss where get hits, and one dead server makes
 * a gat of many keys one error. One that is older refuses the configuration.
 *
 * @param wanted by the spec
 * @param fieldPath of the version that the spec is written in
 */
export function mismatch(wanted: Release, version: string, fieldPath: FieldPath): string | undefined {
  const found = releaseOf(version)
  if (found === undefined) return undefined
  const [knows, uses] = [featuresOf(found), featuresOf(wanted)]
  if (knows.getAndTouch === uses.getAndTouch) return undefined
  const field = fieldPath('routers.release')
  const is = `is mcrouter ${version.replace(/^VERSION /, '').replace(/ mcrouter$/, '')}, and ${field} is "${wanted}"`
  if (uses.getAndTouch) return `${is}: it refuses the configuration; set ${field} to "${found}"`
  return `${is}: gat and gats miss where get hits, and fail while a server is dead; set ${field} to "${found}"`
}
