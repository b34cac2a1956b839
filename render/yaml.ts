import { isJsonObject } from '../schemas/json.ts'

/**
 * An object of JSON as YAML that every reader takes for the same: a text is plain where no version of YAML can take it for
 * anything else, a block where it has lines, and else a text of JSON. Libraries print alike, but ask of each text whether it
 * is any of their types, which takes them five to fifty times as long as all else that a Mcrouter needs to be rendered.
 */
export function yamlOf(object: object): string {
  return `${node(object, '')}\n`
}

/** Without its first line's indentation, and without the last line break. */
function node(value: unknown, indent: string): string {
  if (Array.isArray(value) && value.length > 0) return joined(value.map(itemIn(indent)), indent)
  if (!isJsonObject(value)) return scalar(value, indent)
  const members = Object.entries(value).filter(([, inner]) => inner !== undefined)
  return members.length === 0 ? '{}' : joined(members.map(memberIn(indent)), indent)
}

function joined(parts: readonly string[], indent: string): string {
  return parts.join(`\n${indent}`)
}

function itemIn(indent: string) {
  return (item: unknown) => `- ${node(item, `${indent}  `)}`
}

function memberIn(indent: string) {
  return ([name, value]: readonly [string, unknown]) => {
    const key = isPlain(name) ? name : quoted(name)
    const start = key.length > LONGEST_KEY ? `? ${key}\n${indent}:` : `${key}:`
    return `${start}${behind(value, indent)}`
  }
}

/** What follows the colon; a list is not indented, as in all that Kubernetes' own tools write. */
function behind(value: unknown, indent: string): string {
  if (Array.isArray(value) && value.length > 0) return `\n${indent}${node(value, indent)}`
  const inner = `${indent}  `
  return isJsonObject(value) && Object.keys(value).length > 0
    ? `\n${inner}${node(value, inner)}`
    : ` ${scalar(value, inner)}`
}

/** YAML 1.2, section 7.4.2: characters of a key that does not begin with a question mark. */
const LONGEST_KEY = 1024

function scalar(value: unknown, indent: string): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return `${value}`.replace(/NaN|Infinity/, named)
  if (typeof value !== 'string') return JSON.stringify(value)
  if (isPlain(value)) return value
  return isBlock(value) ? block(value, indent) : quoted(value)
}

function named(what: string): string {
  return what === 'NaN' ? '.nan' : '.inf'
}

/** Begins with a letter, or with the dash of a flag; or is an amount as `384Mi`. */
const PLAIN = /^(-{0,2}[A-Za-z/]([\w./=@+,%~$()-]|:(?=[\w/])| (?=[\w./=@+,%~$()-]))*|\d+(m|[kKMGTP]i?))$/
/** Of YAML 1.1, the words for truth and nothing; and an exponent alone, which js-yaml takes for a number. */
const WORD = /^(y|n|yes|no|on|off|true|false|null|-*e[-+._\d]*)$/i

function isPlain(text: string): boolean {
  return PLAIN.test(text) && !WORD.test(text)
}

/** Characters that YAML has no place for, or that are not seen. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu
const UNFIT_FOR_BLOCK = /^[ \t\n]|\n[ \t]+\n|[^\P{C}\t\n]|[\p{Zl}\p{Zp}]/u

/** Lines of which each is there to be seen, the last with its line break or without. */
function isBlock(text: string): boolean {
  const end = text.slice(text.trimEnd().length)
  return text.includes('\n') && (end === '' || end === '\n') && !UNFIT_FOR_BLOCK.test(text)
}

function block(text: string, indent: string): string {
  const lines = text.endsWith('\n') ? text.slice(0, -1) : text
  return `|${lines === text ? '-' : ''}\n${indent}${lines.replaceAll(/\n(?!\n)/g, `\n${indent}`)}`
}

/** JSON's escapes are YAML's too. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(INVISIBLE, escaped)
}

function escaped(character: string): string {
  const hex = character.codePointAt(0)?.toString(16) ?? ''
  return hex.length > 4 ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`
}
