import type { Flag } from '../../process/flags.ts'

/** What a shell is told about one command. */
export interface Described {
  readonly name: string
  readonly summary: string
  readonly flags: Readonly<Record<string, Flag>>
  /** What may stand where no flag does. */
  readonly words: readonly string[]
}

/** What can be the value of a flag, as far as a shell can help with it. */
export type Values = { readonly choices: readonly string[] } | 'files' | 'directories' | 'any' | 'none'

/** From how the help names the value: yaml|json, FILE, DIR. */
export function valuesOf({ value }: Flag): Values {
  if (value === undefined) return 'none'
  if (value.includes('|')) return { choices: value.split('|') }
  if (value === 'FILE') return 'files'
  return value === 'DIR' ? 'directories' : 'any'
}

/** A flag as it is written, with its letter where it has one. */
export function spellings(name: string, { short }: Flag): string[] {
  return [`--${name}`, ...(short === undefined ? [] : [`-${short}`])]
}

/** The first sentence, which a shell shows beside a flag. */
export function briefly({ description }: Flag): string {
  return /^.*?[.;](?= |$)/.exec(description)?.[0].slice(0, -1) ?? description
}

/** A text in single quotes, as every POSIX shell reads it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
