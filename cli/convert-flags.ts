import { oneOf } from '../process/flag-values.ts'
import { type Flag, givenFlags, helpOn } from '../process/flags.ts'
import { NEWEST, VERSION_NAMES } from '../render/convert.ts'
import { imagesOf, RENDERING_FLAGS, type RenderingFlags } from '../render/flags.ts'
import type { Output } from '../render/print.ts'
import { READING_FLAGS, type ReadingFlags, readingFlagsOf } from './reading-flags.ts'

export interface ConvertFlags extends ReadingFlags, Pick<RenderingFlags, 'images'> {
  /** Name of a version. */
  readonly to: string
  readonly output: Output
}

export const FLAGS = {
  ...READING_FLAGS,
  to: {
    value: VERSION_NAMES.join('|'),
    fallback: NEWEST,
    description: 'The version to print them in.',
  },
  output: {
    short: 'o',
    value: 'yaml|json',
    fallback: 'yaml',
    description: 'A stream of manifests, or JSON: one object, or a List of several.',
  },
  'default-memcached-image': RENDERING_FLAGS['default-memcached-image'],
  'default-mcrouter-image': RENDERING_FLAGS['default-mcrouter-image'],
} as const satisfies Record<string, Flag>

/**
 * @returns undefined when `--help` was asked for
 * @throws {FlagsError} for an unknown flag or a value that cannot be
 */
export function parseFlags(argv: readonly string[]): ConvertFlags | undefined {
  const given = givenFlags(FLAGS, argv)
  if (given === undefined) return undefined
  const { text } = given
  return {
    ...readingFlagsOf(given),
    to: oneOf('to', VERSION_NAMES, text('to')),
    output: oneOf('output', ['yaml', 'json'], text('output')),
    images: imagesOf(text),
  }
}

export function help(): string {
  return `${helpOn(HEADER, FLAGS)}\n${ENDING}`
}

const HEADER = `Usage: mcrouter-operator convert -f FILE [flags]

Prints Mcrouters in another version of the API, complete and without what the API server added: to keep in place of what
is in a repository. What the other version has no words for is kept in an annotation, and named on standard error.
Needs no cluster.

  mcrouter-operator convert -f cr.yaml > cr-${NEWEST}.yaml
  kubectl get mcrouter NAME -o yaml | mcrouter-operator convert -f -`

const ENDING = `Exit code: 0; 1 when a Mcrouter is not valid, with every violation on standard error; 2 when called wrongly.
`
