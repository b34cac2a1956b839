import { KINDS, type Kinds } from '../../render/kinds.ts'
import { type ObjectName, partOf, poolOfObject } from '../../render/names.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'

/**
 * Whether one object of a Mcrouter refers to another by its name: whatever has that name decides what the referring object does.
 * Which kinds do so is in the table of kinds.
 */
export function refersTo(
  mcrouter: Pick<Mcrouter, 'name'>,
  from: ObjectName,
  to: ObjectName,
  kinds: Kinds = KINDS,
): boolean {
  const part = partOf(mcrouter, to, kinds)
  const [pool, itsPool] = [from, to].map((object) => poolOfObject(mcrouter, object, kinds))
  if (pool !== undefined && itsPool !== undefined && pool !== itsPool) return false
  const references = kinds.get(from.kind)?.refersTo ?? []
  return references.some((reference) => reference.kind === to.kind && reference.part === part)
}
