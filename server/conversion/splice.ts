import type { Member, Span } from '../../text/json-members.ts'

type Place = Pick<Span, 'start' | 'end'>

/** A text of JSON in pieces, most of them views of a body. */
export type Pieces = readonly Buffer[]

/** What becomes of a member of an object. */
export interface Change {
  readonly name: string
  /** Where it is; undefined for one that there is not. */
  readonly member: (Place & Pick<Member, 'whole'>) | undefined
  /** Undefined for none. */
  readonly value: Pieces | undefined
}

export function jsonOf(value: unknown): Pieces {
  return [Buffer.from(JSON.stringify(value))]
}

/** The object that is there with these changes, no two of one member. Nothing is copied of what stays. */
export function changed(json: Buffer, { start, end }: Place, changes: readonly Change[]): Pieces {
  const parts: Pieces[] = []
  let at = start + 1
  for (const { name, member, value } of inOrder(changes)) {
    if (member !== undefined) {
      parts.push(trimmed(json, at, member.whole.start))
      at = member.whole.end
    }
    if (value !== undefined) parts.push([Buffer.from(`${JSON.stringify(name)}:`), ...value])
  }
  parts.push(trimmed(json, at, end - 1))
  const members = parts.filter(({ length }) => length > 0)
  return [OPENING, ...members.flatMap((part, index) => (index === 0 ? part : [COMMA, ...part])), CLOSING]
}

/** Whether an object has no members. */
export function isEmpty(object: Pieces): boolean {
  return object.length === [OPENING, CLOSING].length
}

const [OPENING, COMMA, CLOSING] = [Buffer.from('{'), Buffer.from(','), Buffer.from('}')]

/** Those of members that there are not come first. */
function inOrder(changes: readonly Change[]): Change[] {
  const placeOf = ({ member }: Change) => member?.whole.start ?? 0
  return [...changes].sort((one, other) => placeOf(one) - placeOf(other))
}

/** Members without the commas around them. */
function trimmed(json: Buffer, start: number, end: number): Pieces {
  let [from, to] = [start, end]
  while (from < to && isBetween(json[from])) from += 1
  while (from < to && isBetween(json[to - 1])) to -= 1
  return from === to ? [] : [json.subarray(from, to)]
}

function isBetween(code: number | undefined): boolean {
  return code !== undefined && BETWEEN.includes(code)
}

const BETWEEN = Buffer.from(', \n\r\t')
