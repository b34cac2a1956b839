import { nearest } from '../../text/nearest.ts'
import type { Release } from '../mcrouter.ts'
import { LETTERS, MCROUTER, type McrouterOption } from './mcrouter-options.ts'
import type { Complaint, Setting } from './option.ts'
import { valueComplaint } from './value.ts'

export interface McrouterCircumstances {
  readonly release: Release
  /** Proxy threads of a router. */
  readonly threads: number
  /** How the spec calls the field of a setting, to be named in a complaint. */
  readonly fieldOf: (setting: Setting) => string
}

/**
 * What is wrong with further arguments of mcrouter: all at once. Each is one option in its long form, with its value behind
 * an equals sign: mcrouter ignores what it does not know, and takes a value that stands alone for its flavor.
 */
export function mcrouterComplaints(
  args: readonly string[],
  circumstances: McrouterCircumstances,
): readonly Complaint[] {
  const names = args.map(nameIn)
  return args.flatMap((written, index): Complaint | readonly Complaint[] => {
    const complaint = complaintAbout(written, index, circumstances)
    if (complaint !== undefined) return complaint
    const isRepeated = names.indexOf(nameIn(written)) < index
    return isRepeated ? { index, kind: 'duplicate', written: nameIn(written), words: 'is there already' } : []
  })
}

function nameIn(written: string): string {
  const at = written.indexOf('=')
  return at < 0 ? written : written.slice(0, at)
}

function complaintAbout(
  text: string,
  index: number,
  circumstances: McrouterCircumstances,
): Complaint | undefined {
  const written = nameIn(text)
  const name = longName(written)
  const known = name === undefined ? undefined : MCROUTER.get(name)
  if (name === undefined || known === undefined) return unknown(index, written, circumstances.release)
  const { option, releases } = known
  if ('refused' in option) return { index, kind: 'forbidden', written, words: option.refused }
  if ('field' in option)
    return { index, kind: 'forbidden', written, words: `set ${circumstances.fieldOf(option.field)} instead` }
  if (!written.startsWith('--'))
    return { index, kind: 'invalid', written, words: `must be written --${name}=…` }
  if (releases !== undefined && !releases.includes(circumstances.release)) {
    const words = `no option of release ${circumstances.release}, but of ${releases.join(', ')}`
    return { index, kind: 'unknown', written, words }
  }
  const value = text === written ? undefined : text.slice(written.length + 1)
  const words = valueComplaint(value, option.takes) ?? beyondThreads(name, value, circumstances)
  return words === undefined ? undefined : { index, kind: 'invalid', written: text, words }
}

/** The long name behind the dashes, or of the letter: whatever follows a letter is its value. */
function longName(written: string): string | undefined {
  if (written.startsWith('--')) return written.slice(2)
  return written.startsWith('-') ? LETTERS.get(written.charAt(1)) : undefined
}

function unknown(index: number, written: string, release: Release): Complaint {
  if (!written.startsWith('-')) {
    const words = 'is no option of mcrouter: write --name, or --name=value in one item'
    return { index, kind: 'invalid', written, words }
  }
  const settable = [...MCROUTER].filter(([, option]) => isSettable(option, release)).map(([name]) => name)
  const near = nearest(written.slice(2), settable) ?? nearest(written.slice(2), [...MCROUTER.keys()])
  const meant = near === undefined ? '' : `; did you mean --${near}?`
  return { index, kind: 'unknown', written, words: `no option of mcrouter, release ${release}${meant}` }
}

function isSettable({ option, releases }: McrouterOption, release: Release): boolean {
  return 'takes' in option && (releases === undefined || releases.includes(release))
}

/** mcrouter/standalone_options_list.h: "Must be <= num_proxies". */
function beyondThreads(
  name: string,
  value: string | undefined,
  { threads, fieldOf }: McrouterCircumstances,
): string | undefined {
  if (name !== 'num-listening-sockets' || Number(value) <= threads) return undefined
  return `must be at most the number of proxy threads, which is ${threads}: see ${fieldOf('threads')}`
}
