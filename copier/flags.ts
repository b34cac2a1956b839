import { addressOf, numberOf, oneOf } from '../process/flag-values.ts'
import { type Flag, FlagsError, flagValues, helpOn } from '../process/flags.ts'
import { LOG_LEVELS } from '../process/log.ts'

export interface Flags {
  /** Undefined: every address. */
  readonly host: string | undefined
  readonly port: number
  /** PEM file of who signs the certificates of those who may give orders. */
  readonly clientCa: string
  /** PEM file of who signs those of servers; undefined: they are not verified. */
  readonly serverCa: string | undefined
  /** Bytes. */
  readonly keyMemory: number
  /** Whether servers are spoken to as 1.5 was, whatever they understand. */
  readonly isClassic: boolean
  readonly logLevel: (typeof LOG_LEVELS)[number]
}

const DIALECTS = ['newest', 'classic'] as const

export const FLAGS = {
  listen: {
    value: '[HOST]:PORT',
    fallback: ':8443',
    description: 'Address of /order, /progress and /healthz, over TLS.',
  },
  'client-ca': {
    value: 'FILE',
    description: 'CA whose client certificates may give orders. Needed.',
  },
  'server-ca': {
    value: 'FILE',
    fallback: '',
    description: 'CA of the servers that speak TLS. Default: they are not verified.',
  },
  'key-memory': {
    value: 'MIB',
    fallback: '512',
    description: 'What the keys that move may take in memory, about 100 bytes each.',
  },
  dialect: {
    value: 'DIALECT',
    fallback: 'newest',
    description: `One of ${DIALECTS.join(', ')}: classic speaks to every memcached as to 1.5.`,
  },
  'log-level': { value: 'LEVEL', fallback: 'info', description: `One of ${LOG_LEVELS.join(', ')}.` },
} as const satisfies Record<string, Flag>

const MIB = 1024 * 1024
/** 64 GiB. */
const MOST_MIB = 65_536

/**
 * @returns undefined when `--help` was asked for
 * @throws {FlagsError} for an unknown flag or a value that cannot be
 */
export function parseFlags(argv: readonly string[]): Flags | undefined {
  const text = flagValues(FLAGS, argv)
  if (text === undefined) return undefined
  if (text('client-ca') === '') throw new FlagsError('--client-ca is needed: who may give orders')
  return {
    ...addressOf(text('listen')),
    clientCa: text('client-ca'),
    serverCa: text('server-ca') || undefined,
    keyMemory: numberOf('key-memory', text('key-memory'), 1, MOST_MIB) * MIB,
    isClassic: oneOf('dialect', DIALECTS, text('dialect')) === 'classic',
    logLevel: oneOf('log-level', LOG_LEVELS, text('log-level')),
  }
}

export function help(): string {
  return helpOn(HEADER, FLAGS)
}

const HEADER = `Usage: mcrouter-operator copier --client-ca=FILE [flags]

Copies keys between the servers of a pool that changes its size. It is started and told what to do by the reconciler.`
