import { namespaceOf, oneOf } from '../process/flag-values.ts'
import { type Flag, FlagsError, givenFlags, helpOn } from '../process/flags.ts'
import { RENDERING_FLAGS, type RenderingFlags, renderingFlagsOf } from '../render/flags.ts'
import type { Output, Show } from '../render/print.ts'

export interface RenderFlags extends RenderingFlags {
  /** Files and directories; `-`: standard input. */
  readonly filenames: readonly string[]
  /** Whether directories are read with those in them. */
  readonly recursive: boolean
  /** What becomes of objects of other kinds. */
  readonly others: 'skip' | 'pass'
  /** Of a Mcrouter that names none. */
  readonly namespace: string
  readonly output: Output
  readonly show: Show
}

export const FLAGS = {
  filename: {
    short: 'f',
    value: 'FILE',
    description:
      'YAML or JSON with one or more Mcrouters: a file, a directory with .yaml, .yml and .json files, or - for standard input. It must be given, and may be several times.',
  },
  recursive: {
    short: 'R',
    description: 'Read directories with the directories in them.',
  },
  others: {
    value: 'skip|pass',
    fallback: 'skip',
    description:
      'Objects of other kinds, such as kustomize build prints: skip them with a word on standard error, or pass them on before the manifests.',
  },
  namespace: {
    short: 'n',
    value: 'NAMESPACE',
    fallback: 'default',
    description: 'Namespace of a Mcrouter that names none.',
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
  const filenames = given.all('filename')
  if (filenames.length === 0 || filenames.includes(''))
    throw new FlagsError('name the file with -f FILE, or - for standard input')
  if (filenames.indexOf('-') !== filenames.lastIndexOf('-'))
    throw new FlagsError('standard input can be read once: -f - is there twice')
  const flags: RenderFlags = {
    filenames,
    recursive: given.isSet('recursive'),
    others: oneOf('others', ['skip', 'pass'], text('others')),
    namespace: namespaceOf('namespace', text('namespace')),
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
