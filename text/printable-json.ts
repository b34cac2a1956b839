import { UNPRINTABLE } from './plain-text.ts'

/**
 * JSON for a terminal: the same value, with nothing in it that would move the cursor or turn the line around. JSON.stringify
 * escapes no more than the first 32 characters.
 */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replaceAll(UNPRINTABLE, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
