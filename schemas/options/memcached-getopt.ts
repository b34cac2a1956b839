import { nearest } from '../../text/nearest.ts'
import { EXTENDED, MEMCACHED, type MemcachedOption } from './memcached-options.ts'
import { type Complaint, type Option, takesValue } from './option.ts'

/** An option as it was given. */
export interface Given {
  readonly index: number
  /** -R, or -o idle_timeout. */
  readonly name: string
  readonly option: Option
  readonly since: '1.6' | undefined
  readonly value: string | undefined
}

interface Read {
  readonly given: readonly Given[]
  readonly complaints: readonly Complaint[]
}

/** The options that memcached reads in its arguments, as getopt_long and, behind -o, getsubopt do; and what they cannot read. */
export function readArgs(args: readonly string[]): Read {
  const given: Given[] = []
  const complaints: Complaint[] = []
  for (let index = 0; index < args.length; index += 1) {
    const written = args[index] ?? ''
    const found = written.startsWith('--') ? longOption(written, index) : shortOptions(written, index)
    if ('words' in found) {
      complaints.push(found)
      continue
    }
    const last = found.at(-1)
    if (
      last?.value === undefined &&
      last !== undefined &&
      takesValue(last.option) &&
      index + 1 < args.length
    ) {
      index += 1
      given.push(...found.slice(0, -1), { ...last, value: args[index] })
    } else given.push(...found)
  }
  const extended = given.flatMap((one) => (one.name === '-o' ? extendedOptions(one) : [one]))
  return {
    given: extended.filter((one) => 'option' in one),
    complaints: [...complaints, ...extended.filter((one) => 'words' in one)],
  }
}

function longOption(written: string, index: number): readonly Given[] | Complaint {
  const at = written.indexOf('=')
  const long = written.slice(2, at < 0 ? undefined : at)
  const value = at < 0 ? undefined : written.slice(at + 1)
  const letter = LETTERS.get(long)
  const known = letter === undefined ? undefined : MEMCACHED[letter]
  if (letter === undefined || known === undefined)
    return unknown(index, `--${long}`, [...LETTERS.keys()], '--')
  return [givenOf(index, letter, known, value)]
}

const LETTERS: ReadonlyMap<string, string> = new Map(
  Object.entries(MEMCACHED).flatMap(([letter, { long }]) => (long === undefined ? [] : [[long, letter]])),
)

/** One or several behind one dash, the last of which may have its value behind it. */
function shortOptions(written: string, index: number): readonly Given[] | Complaint {
  if (!/^-[^-]/.test(written)) {
    const words = 'is neither an option of memcached nor the value of one; an option begins with a dash'
    return { index, kind: 'invalid', written, words }
  }
  const found: Given[] = []
  for (let at = 1; at < written.length; at += 1) {
    const letter = written.charAt(at)
    const known = Object.hasOwn(MEMCACHED, letter) ? MEMCACHED[letter] : undefined
    if (known === undefined) return unknown(index, `-${letter}`, [], '-')
    if (takesValue(known.option)) {
      const rest = written.slice(at + 1)
      return [...found, givenOf(index, letter, known, rest === '' ? undefined : rest)]
    }
    found.push(givenOf(index, letter, known, undefined))
  }
  return found
}

function givenOf(
  index: number,
  letter: string,
  { option, since }: MemcachedOption,
  value: string | undefined,
): Given {
  return { index, name: `-${letter}`, option, since, value }
}

function extendedOptions({ index, value }: Given): readonly (Given | Complaint)[] {
  if (value === undefined || value === '')
    return [
      { index, kind: 'invalid', written: '-o', words: 'needs a list of options, such as no_hashexpand' },
    ]
  return value.split(',').map((part): Given | Complaint => {
    const at = part.indexOf('=')
    const name = at < 0 ? part : part.slice(0, at)
    const known = Object.hasOwn(EXTENDED, name) ? EXTENDED[name] : undefined
    if (known === undefined) return unknown(index, `-o ${name}`, Object.keys(EXTENDED), '-o ')
    const { option, since } = known
    return { index, name: `-o ${name}`, option, since, value: at < 0 ? undefined : part.slice(at + 1) }
  })
}

function unknown(index: number, written: string, known: readonly string[], before: string): Complaint {
  const near = nearest(written.slice(before.length), known)
  const meant = near === undefined ? '' : `; did you mean ${before}${near}?`
  return { index, kind: 'unknown', written, words: `no option of memcached 1.5 or 1.6${meant}` }
}
