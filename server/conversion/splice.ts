import type { Member, Span } from '../../text/json-members.ts'

/** Another text in place of what is there, or of nothing at all. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

export function replaced({ start, end }: Pick<Span, 'start' | 'end'>, value: unknown): Edit {
  return { start, end, text: JSON.stringify(value) }
}

export function removed({ whole }: Member): Edit {
  return { ...whole, text: '' }
}

/** As the first member of the object that begins at a brace. */
export function added({ start }: Pick<Span, 'start'>, name: string, value: unknown, isEmpty: boolean): Edit {
  const text = `${JSON.stringify(name)}:${JSON.stringify(value)}${isEmpty ? '' : ','}`
  return { start: start + 1, end: start + 1, text }
}

/** What is there with these edits, which do not overlap, in pieces: all else is a view of what it was. */
export function spliced(
  json: Buffer,
  { start, end }: Pick<Span, 'start' | 'end'>,
  edits: readonly Edit[],
): Buffer[] {
  const pieces: Buffer[] = []
  let at = start
  for (const edit of [...edits].sort((one, other) => one.start - other.start)) {
    pieces.push(json.subarray(at, edit.start), Buffer.from(edit.text))
    at = edit.end
  }
  pieces.push(json.subarray(at, end))
  return pieces
}
