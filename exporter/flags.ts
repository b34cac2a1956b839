import { addressOf, namespaceOf, oneOf } from '../process/flag-values.ts'
import { type Flag, flagValues, helpOn } from '../process/flags.ts'
import { LOG_LEVELS } from '../process/log.ts'

export interface Flags {
  /** Undefined for the whole cluster. */
  readonly watchNamespaces: readonly string[] | undefined
  /** Undefined: every address. */
  readonly host: string | undefined
  readonly port: number
  readonly kubeconfig: string | undefined
  readonly context: string | undefined
  readonly logLevel: (typeof LOG_LEVELS)[number]
}

export const FLAGS = {
  'watch-namespaces': {
    value: 'A,B,…',
    fallback: '',
    description: 'Namespaces whose Mcrouters may be asked. Default: all.',
  },
  listen: {
    value: '[HOST]:PORT',
    fallback: ':8080',
    description: 'Address of /probe, /healthz, /readyz and /metrics.',
  },
  kubeconfig: {
    value: 'FILE',
    fallback: '',
    description: 'Default: $KUBECONFIG, else the service account of the pod, else ~/.kube/config.',
  },
  context: { value: 'CONTEXT', fallback: '', description: 'Of the kubeconfig. Default: its current one.' },
  'log-level': { value: 'LEVEL', fallback: 'info', description: `One of ${LOG_LEVELS.join(', ')}.` },
} as const satisfies Record<string, Flag>

/**
 * @returns undefined when `--help` was asked for
 * @throws {FlagsError} for an unknown flag or a value that cannot be
 */
export function parseFlags(argv: readonly string[]): Flags | undefined {
  const text = flagValues(FLAGS, argv)
  if (text === undefined) return undefined
  return {
    ...addressOf(text('listen')),
    watchNamespaces: (text('watch-namespaces') || undefined)
      ?.split(',')
      .map((name) => namespaceOf('watch-namespaces', name)),
    kubeconfig: text('kubeconfig') || undefined,
    context: text('context') || undefined,
    logLevel: oneOf('log-level', LOG_LEVELS, text('log-level')),
  }
}

export function help(): string {
  return helpOn(HEADER, FLAGS)
}

const HEADER = `Usage: mcrouter-operator exporter [flags]

Answers Prometheus what routers and memcached servers of Mcrouters say of themselves:
GET /probe?target=IP:PORT&module=mcrouter|memcached. It asks no pod but those of Mcrouters.`
