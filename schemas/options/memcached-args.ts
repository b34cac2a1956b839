import { takeApart } from '../formats/image.ts'
import { type Given, readArgs } from './memcached-getopt.ts'
import type { Complaint, Setting } from './option.ts'
import { valueComplaint } from './value.ts'

export type MemcachedRelease = '1.5' | '1.6'

export interface MemcachedCircumstances {
  /** Undefined when it is not known: then what any release has is taken. */
  readonly release: MemcachedRelease | undefined
  /** How the spec calls the field of a setting, to be named in a complaint. */
  readonly fieldOf: (setting: Setting) => string
}

/** The release of memcached that an image says it is, by its tag. */
export function memcachedRelease(image: string): MemcachedRelease | undefined {
  const { name, tag = '' } = takeApart(image)
  if (!(name.split('/').at(-1) ?? '').includes('memcached')) return undefined
  if (/^1[.]5(?![0-9])/.test(tag)) return '1.5'
  return /^1[.]6(?![0-9])/.test(tag) ? '1.6' : undefined
}

/** What is wrong with further arguments of memcached, all at once. */
export function memcachedComplaints(
  args: readonly string[],
  circumstances: MemcachedCircumstances,
): readonly Complaint[] {
  const { given, complaints } = readArgs(args)
  return [
    ...complaints,
    ...given.flatMap((one) => complaintAbout(one, circumstances) ?? []),
    ...repeated(given),
    ...together(given),
  ].toSorted((one, other) => one.index - other.index)
}

function complaintAbout(
  { index, name: written, option, since, value }: Given,
  { release, fieldOf }: MemcachedCircumstances,
): Complaint | undefined {
  if ('field' in option)
    return { index, kind: 'forbidden', written, words: `set ${fieldOf(option.field)} instead` }
  if ('refused' in option) return { index, kind: 'forbidden', written, words: option.refused }
  if (since !== undefined && release === '1.5')
    return {
      index,
      kind: 'unknown',
      written,
      words: `an option since memcached ${since}, and the image is 1.5`,
    }
  const words = valueComplaint(value, option.takes)
  return words === undefined ? undefined : { index, kind: 'invalid', written: shown(written, value), words }
}

function shown(name: string, value: string | undefined): string {
  if (value === undefined) return name
  return name.startsWith('-o ') ? `${name}=${value}` : `${name} ${value}`
}

/** memcached takes the last of them, which is not what the reader of the first sees. Each -v says more than the one before. */
function repeated(given: readonly Given[]): Complaint[] {
  return given.flatMap(({ index, name }, at) => {
    const isFirst = given.findIndex((one) => one.name === name) === at
    if (isFirst || name === '-v') return []
    return [{ index, kind: 'duplicate', written: name, words: 'is there already' }]
  })
}

/** What memcached does not start with. */
function together(given: readonly Given[]): Complaint[] {
  const find = (name: string) => given.find((one) => one.name === `-o ${name}`)
  const [hot, warm] = [find('hot_lru_pct'), find('warm_lru_pct')]
  // Defaults: settings_init() of memcached.c.
  const share = Number(hot?.value ?? 20) + Number(warm?.value ?? 40)
  const last = warm ?? hot
  const temporary = find('temporary_ttl')
  const complaints: Complaint[] = []
  if (last !== undefined && share > 80)
    complaints.push({
      index: last.index,
      kind: 'invalid',
      written: shown(last.name, last.value),
      words: `hot_lru_pct (20 unless set) and warm_lru_pct (40) together must be at most 80, are ${share}`,
    })
  if (temporary !== undefined && find('no_lru_maintainer') !== undefined)
    complaints.push({
      index: temporary.index,
      kind: 'invalid',
      written: temporary.name,
      words: 'needs the LRU maintainer, which -o no_lru_maintainer turns off',
    })
  return complaints
}
