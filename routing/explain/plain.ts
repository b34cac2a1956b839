import { isJsonObject } from '../../schemas/json.ts'
import { quote } from '../../text/quote.ts'
import { ConfigError } from './config-error.ts'

/**
 * A configuration as mcrouter's preprocessor hands it on: what `literal` wrote is as it was before. Macros, which could make
 * anything of it, are not followed.
 * @throws {ConfigError} for a macro
 */
export function plain(json: unknown): unknown {
  if (typeof json === 'string') return plainText(json)
  if (Array.isArray(json)) return json.map(plain)
  if (!isJsonObject(json)) return json
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [plainText(key), plain(value)]))
}

function plainText(text: string): string {
  if (!/[\\%@]/.test(text)) return text
  if (text.startsWith('@') || /(?<!\\)(\\\\)*%/.test(text)) {
    throw new ConfigError(`${quote(text)} calls a macro of mcrouter, which is not followed here`)
  }
  return text.replaceAll(/\\(.)/gs, '$1')
}
