import { clusterDomainOf, namespaceOf, oneOf } from '../process/flag-values.ts'
import { type Flag, FlagsError, flagValues, helpOn } from '../process/flags.ts'
import type { Output, Show } from '../render/print.ts'

export interface RenderFlags {
  /** `-`: standard input. */
  readonly filename: string
  /** Of a Mcrouter that names none. */
  readonly namespace: string
  readonly output: Output
  readonly show: Show
  readonly clusterDomain: string
}

const FLAGS = {
  filename: {
    short: 'f',
    value: 'FILE',
    fallback: '',
    description: 'YAML or JSON with one or more Mcrouters; - for standard input. It must be given.',
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
  'cluster-domain': {
    value: 'DOMAIN',
    fallback: 'cluster.local',
    description: 'DNS domain of the cluster, for the names of the memcached servers.',
  },
} as const satisfies Record<string, Flag>

/**
 * @returns undefined when `--help` was asked for
 * @throws {FlagsError} for an unknown flag or a value that cannot be
 */
export function parseFlags(argv: readonly string[]): RenderFlags | undefined {
  const text = flagValues(FLAGS, argv)
  if (text === undefined) return undefined
  const filename = text('filename')
  if (filename === '') throw new FlagsError('name the file with -f FILE, or - for standard input')
  return {
    filename,
    namespace: namespaceOf('namespace', text('namespace')),
    output: oneOf('output', ['yaml', 'json'], text('output')),
    show: oneOf('show', ['manifests', 'config'], text('show')),
    clusterDomain: clusterDomainOf(text('cluster-domain')),
  }
}

export function help(): string {
  return `${helpOn(HEADER, FLAGS)}\n${ENDING}`
}

const HEADER = `Usage: mcrouter-operator render -f FILE [flags]

Prints everything that one or more Mcrouters expand to, as the operator would apply it. Needs no cluster.

  mcrouter-operator render -f cr.yaml | kubectl diff -f -`

const ENDING = `Exit code: 0; 1 when a Mcrouter is not valid, with every violation on standard error; 2 when called wrongly.
`
