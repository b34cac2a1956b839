import { clusterDomainOf, oneOf } from '../process/flag-values.ts'
import { type Flag, FlagsError, givenFlags, helpOn } from '../process/flags.ts'
import type { ExplanationOutput } from '../render/explain.ts'
import { imagesOf, RENDERING_FLAGS, type RenderingFlags } from '../render/flags.ts'
import { keyComplaint, OPERATIONS, type Question, zoneComplaint } from '../render/question.ts'
import { quote } from '../text/quote.ts'
import { READING_FLAGS, type ReadingFlags, readingFlagsOf } from './reading-flags.ts'

export interface ExplainFlags extends ReadingFlags, Pick<RenderingFlags, 'clusterDomain' | 'images'> {
  /** A request that is followed, or the Mcrouters as they were before. */
  readonly about: Question | { readonly before: string }
  readonly output: ExplanationOutput
}

export const FLAGS = {
  ...READING_FLAGS,
  key: {
    short: 'k',
    value: 'KEY',
    description: 'The key, as clients send it: up to 250 bytes.',
  },
  op: {
    value: OPERATIONS.join('|'),
    fallback: 'get',
    description: 'The operation.',
  },
  zone: {
    value: 'ZONE',
    description:
      'Zone of the router that is asked, for Mcrouters whose copies are in zones. Default: the first of each.',
  },
  before: {
    value: 'FILE',
    description:
      'The same Mcrouters as they were. In place of --key: prints which share of the keys is looked for on another server since, from where and to where.',
  },
  output: {
    short: 'o',
    value: 'text|json',
    fallback: 'text',
    description: 'For a person, or the same as JSON.',
  },
  'cluster-domain': RENDERING_FLAGS['cluster-domain'],
  'default-memcached-image': RENDERING_FLAGS['default-memcached-image'],
  'default-mcrouter-image': RENDERING_FLAGS['default-mcrouter-image'],
} as const satisfies Record<string, Flag>

/**
 * @returns undefined when `--help` was asked for
 * @throws {FlagsError} for an unknown flag or a value that cannot be
 */
export function parseFlags(argv: readonly string[]): ExplainFlags | undefined {
  const given = givenFlags(FLAGS, argv)
  if (given === undefined) return undefined
  const { text, isSet } = given
  const reading = readingFlagsOf(given)
  if (isSet('key') === isSet('before')) throw new FlagsError('give either --key=KEY or --before=FILE')
  const zone = isSet('zone') ? { zone: zoneOf(text('zone')) } : {}
  const about = isSet('key')
    ? { ...questionOf(text('key'), text('op')), ...zone }
    : beforeOf(text('before'), reading)
  for (const flag of ['op', 'zone'] as const)
    if ('before' in about && isSet(flag)) throw new FlagsError(`--${flag} goes with --key`)
  return {
    ...reading,
    about,
    output: oneOf('output', ['text', 'json'], text('output')),
    clusterDomain: clusterDomainOf(text('cluster-domain')),
    images: imagesOf(text),
  }
}

function questionOf(key: string, op: string): Question {
  const complaint = keyComplaint(key)
  if (complaint !== undefined) throw new FlagsError(`--key: ${quote(key)} ${complaint}`)
  return { key, operation: oneOf('op', OPERATIONS, op) }
}

function zoneOf(zone: string): string {
  const complaint = zoneComplaint(zone)
  if (complaint === undefined) return zone
  throw new FlagsError(`--zone: ${quote(zone)} ${complaint}`)
}

function beforeOf(before: string, { filenames }: ReadingFlags): { before: string } {
  if (before === '') throw new FlagsError('name the file with --before=FILE, or - for standard input')
  if (before === '-' && filenames.includes('-'))
    throw new FlagsError('standard input can be read once: -f - and --before=- both name it')
  return { before }
}

export function help(): string {
  return `${helpOn(HEADER, FLAGS)}\n${ENDING}`
}

const HEADER = `Usage: mcrouter-operator explain -f FILE --key=KEY [flags]
       mcrouter-operator explain -f FILE --before=FILE [flags]

Prints which memcached servers the routers of one or more Mcrouters ask for a key, in which order, and why; or which share
of the keys moves when a Mcrouter changes. Needs no cluster.

  mcrouter-operator explain -f cr.yaml --key user:42 --op set
  kubectl get mcrouter sessions -o yaml | mcrouter-operator explain -f cr.yaml --before=-`

const ENDING = `Exit code: 0; 1 when a file cannot be read, a Mcrouter is not valid, or none is in both; 2 when called wrongly.
Standard error has what is wrong, every violation of a Mcrouter included.
`
