import type { ApiVersion } from '../api-version.ts'
import { FIELDS } from '../fields.ts'
import { VERSIONS } from '../versions.ts'

/** What this version has for a field of another one, as half a sentence; undefined for the name of none. */
export function elsewhere(name: string, version: ApiVersion): string | undefined {
  for (const other of Object.values(VERSIONS)) {
    if (other.name === version.name) continue
    const known = Object.hasOwn(other.aliases, name) ? other.aliases[name] : name
    const fields = FIELDS.filter((field) => other.keysOf(field)?.join('.') === known)
    const here = fields.filter((field) => version.keysOf(field) !== undefined)
    // What a scale adds follows from the layout for whoever does not say it.
    const told = here.map((field) => (field === 'pool.topology' && version.storage ? 'pool.shards' : field))
    const paths = new Set(told.map((field) => version.fieldPath(field)))
    if (paths.size > 0) return `it is of ${other.name}; ${version.name} has ${[...paths].join(' and ')}`
  }
  return undefined
}
