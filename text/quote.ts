/** Characters of a value that a message shows: enough to recognise it, short enough to read. */
const SHOWN = 60

/** Characters that would move the cursor, reorder the line or not be seen at all in a terminal or a log. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu

/** A value from outside as one short printable line for a message; never throws, whatever the value. */
export function quote(value: unknown): string {
  if (typeof value === 'string') return quoted(value)
  if (Array.isArray(value)) return value.length === 1 ? 'a list of one' : `a list of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  return `${value}`
}

function quoted(text: string): string {
  return text.length > SHOWN
    ? `${quoteWhole(text.slice(0, SHOWN))}… (${text.length} characters)`
    : quoteWhole(text)
}

/** A text as one printable line, however long it is. */
export function quoteWhole(text: string): string {
  return JSON.stringify(text).replace(INVISIBLE, escaped)
}

function escaped(character: string): string {
  const hex = character.codePointAt(0)?.toString(16) ?? ''
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`
}
