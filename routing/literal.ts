/**
 * Writes a text so that mcrouter's configuration preprocessor reads it back unchanged.
 *
 * `\` escapes, `%name%` substitutes a parameter and a leading `@` calls a macro, in every string of a
 * configuration (mcrouter/lib/config/ConfigPreprocessor.cpp, replaceParams and resolve).
 */
export function literal(text: string): string {
  return text.replaceAll(/[\\%]|^@/g, '\\$&')
}
