import { isJsonObject } from '../../schemas/json.ts'
import { quote } from '../../text/quote.ts'
import { ConfigError } from './config-error.ts'

/** What the preprocessor of mcrouter's configurations looks for in a text. */
const MARKS = /[\\%@]/
const ESCAPED = /\\(.)/gs

/**
 * A configuration as mcrouter's preprocessor hands it on: what `literal` wrote is as it was before. Macros, which could make
 * anything of it, are not followed.
 * @throws {ConfigError} for a macro
 */
export function plain(json: unknown): unknown {
  return isMarked(json) ? unmarked(json) : json
}

/** Most are not, and are large. */
function isMarked(json: unknown): boolean {
  if (typeof json === 'string') return MARKS.test(json)
  if (Array.isArray(json)) return json.some(isMarked)
  if (!isJsonObject(json)) return false
  return Object.entries(json).some(([key, value]) => MARKS.test(key) || isMarked(value))
}

function unmarked(json: unknown): unknown {
  if (typeof json === 'string') return plainText(json)
  if (Array.isArray(json)) return json.map(unmarked)
  if (!isJsonObject(json)) return json
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [plainText(key), unmarked(value)]))
}

function plainText(text: string): string {
  if (text.startsWith('@') || text.replaceAll(ESCAPED, '').includes('%')) {
    throw new ConfigError(`${quote(text)} calls a macro of mcrouter, which is not followed here`)
  }
  return text.replaceAll(ESCAPED, '$1')
}
