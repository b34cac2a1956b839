import { oneOf } from '../process/flag-values.ts'
import { type Flag, FlagsError, givenFlags, helpOn } from '../process/flags.ts'
import { RENDERING_FLAGS, type RenderingFlags, renderingFlagsOf } from '../render/flags.ts'
import type { Output, Show } from '../render/print.ts'
import { READING_FLAGS, type ReadingFlags, readingFlagsOf } from './reading-flags.ts'

export interface RenderFlags extends RenderingFlags, ReadingFlags {
  /** What becomes of objects of other kinds. */
  readonly others: 'skip' | 'pass'
  readonly output: Output
  readonly show: Show
}

export const FLAGS = {
  ...READING_FLAGS,
  others: {
    value: 'skip|pass',
    fallback: 'skip',
    description:
      'Objects of other kinds, such as kustomize build prints: skip them with a word on standard error, or pass them on before the manifests.',
  },
  output: {
    short: 'o',
    value: 'yaml|json',
    fallback: 'yaml',
    description: 'A stream of manifests, or manifests, warnings, configuration and digest as JSON.',
  },
  show: {
    value: 'manifests|config',
    fallback: 'manifests',
    description: "Everything, or mcrouter's configuration only.",
  },
  ...RENDERING_FLAGS,
} as const satisfies Record<string, Flag>

/**
 * @returns undefined when `--help` was asked for
 * @throws {FlagsError} for an unknown flag or a value that cannot be
 */
export function parseFlags(argv: readonly string[]): RenderFlags | undefined {
  const given = givenFlags(FLAGS, argv)
  if (given === undefined) return undefined
  const { text } = given
  const flags: RenderFlags = {
    ...readingFlagsOf(given),
    others: oneOf('others', ['skip', 'pass'], text('others')),
    output: oneOf('output', ['yaml', 'json'], text('output')),
    show: oneOf('show', ['manifests', 'config'], text('show')),
    ...renderingFlagsOf(text),
  }
  if (flags.others === 'pass' && (flags.output !== 'yaml' || flags.show !== 'manifests'))
    throw new FlagsError('--others=pass is for manifests as YAML: leave out --output and --show')
  return flags
}

export function help(): string {
  return `${helpOn(HEADER, FLAGS)}\n${ENDING}`
}

const HEADER = `Usage: mcrouter-operator render -f FILE [flags]

Prints everything that one or more Mcrouters expand to, as the operator would apply it. Needs no cluster.

  mcrouter-operator render -f cr.yaml | kubectl diff -f -
  kustomize build | mcrouter-operator render -f - --others=pass | kubectl diff -f -`

const ENDING = `Exit code: 0; 1 when a Mcrouter is not valid, with every violation on standard error; 2 when called wrongly.
`
