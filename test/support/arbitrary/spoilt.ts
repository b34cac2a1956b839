import fc from 'fast-check'
import type { JsonObject } from '../../../schemas/json.ts'
import { hostileString, hostileValue } from './hostile.ts'

/** A JSON object that is right but for up to so many members, at whatever depth. */
export function spoilt(object: fc.Arbitrary<JsonObject>, most: number): fc.Arbitrary<JsonObject> {
  const changes = fc.array(fc.tuple(fc.nat(), hostileString(), hostileValue()), {
    minLength: 1,
    maxLength: most,
  })
  return fc.tuple(object, changes).map(([whole, all]) => {
    const copy: JsonObject = JSON.parse(JSON.stringify(whole))
    for (const change of all) spoil(copy, ...change)
    // A list has no members by name.
    return JSON.parse(JSON.stringify(copy))
  })
}

/** Replaces one of all members, or adds one beside it. */
function spoil(root: object, choice: number, key: string, value: unknown): void {
  const members = membersOf(root)
  const [parent, name] = members[choice % members.length] ?? [root, key]
  Object.defineProperty(parent, choice % 3 === 0 ? key : name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  })
}

function membersOf(value: object): [object, string][] {
  return Object.entries(value).flatMap(([name, inner]) => [
    [value, name],
    ...(typeof inner === 'object' && inner !== null ? membersOf(inner) : []),
  ])
}
