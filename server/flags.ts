import { addressOf, oneOf } from '../process/flag-values.ts'
import { type Flag, flagValues, helpOn } from '../process/flags.ts'
import { LOG_LEVELS } from '../process/log.ts'
import { RENDERING_FLAGS, type RenderingFlags, renderingFlagsOf } from '../render/flags.ts'

export interface Flags extends RenderingFlags {
  /** Undefined: every address, IPv6 and IPv4. */
  readonly host: string | undefined
  readonly port: number
  /** Undefined: a certificate made in memory. */
  readonly certDir: string | undefined
  /** Undefined: whoever reaches the webhooks may call them. */
  readonly clientCa: string | undefined
  readonly tlsMinVersion: 'TLSv1.2' | 'TLSv1.3'
  readonly logLevel: (typeof LOG_LEVELS)[number]
}

export const FLAGS = {
  listen: {
    value: '[HOST]:PORT',
    fallback: '',
    description: 'Address of the HTTPS listener; by default :8443 with --cert-dir, else 127.0.0.1:8443.',
  },
  'cert-dir': {
    value: 'DIR',
    fallback: '',
    description:
      'Directory with tls.crt, tls.key and ca.crt, watched for changes. Without it, outside a cluster, a certificate is made in memory.',
  },
  'client-ca': {
    value: 'FILE',
    fallback: '',
    description:
      'CAs in PEM, watched for changes: /mutate and /validate answer only those who show a client certificate of one of them. Without it they answer everybody. The API server shows none to /convert.',
  },
  ...RENDERING_FLAGS,
  'tls-min-version': { value: '1.2|1.3', fallback: '1.3', description: 'Oldest TLS version to accept.' },
  'log-level': { value: 'LEVEL', fallback: 'info', description: `One of ${LOG_LEVELS.join(', ')}.` },
} as const satisfies Record<string, Flag>

/**
 * @returns undefined when `--help` was asked for
 * @throws {FlagsError} for an unknown flag or a value that cannot be
 */
export function parseFlags(argv: readonly string[]): Flags | undefined {
  const text = flagValues(FLAGS, argv)
  if (text === undefined) return undefined
  const certDir = text('cert-dir') || undefined
  const oldest = oneOf('tls-min-version', ['1.2', '1.3'], text('tls-min-version'))
  return {
    ...addressOf(text('listen') || (certDir === undefined ? '127.0.0.1:8443' : ':8443')),
    certDir,
    clientCa: text('client-ca') || undefined,
    ...renderingFlagsOf(text),
    tlsMinVersion: `TLSv${oldest}`,
    logLevel: oneOf('log-level', LOG_LEVELS, text('log-level')),
  }
}

export function help(): string {
  return helpOn(HEADER, FLAGS)
}

const HEADER = `Usage: mcrouter-operator server [flags]

Serves the webhooks at /mutate, /validate and /convert, and the render service at /render and /explain, over HTTPS,
with /healthz, /readyz, /metrics and /openapi.json beside them.`
