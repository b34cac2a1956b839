import { UNPRINTABLE } from './plain-text.ts'

/** JSON for a terminal: the same value, with nothing in it that would move the cursor or turn the line around. */
export function printableJson(value: unknown, indent?: number): string {
  return visible(JSON.stringify(value, null, indent))
}

/**
 * JSON escapes C0 only. What else can move a terminal's cursor or turn its text around is escaped here, all of which can
 * stand in a JSON string alone. The end of a line is the one control character that is not of a string.
 */
export function visible(json: string): string {
  return json.replace(UNPRINTABLE, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
