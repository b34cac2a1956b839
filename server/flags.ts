import { parseArgs } from 'node:util'
import { LOG_LEVELS } from '../process/log.ts'
import { MCR_ERR_FLAGS } from './errors.ts'

export interface Flags {
  /** Undefined: every address, IPv6 and IPv4. */
  readonly host: string | undefined
  readonly port: number
  /** Undefined: a certificate made in memory. */
  readonly certDir: string | undefined
  readonly clusterDomain: string
  readonly tlsMinVersion: 'TLSv1.2' | 'TLSv1.3'
  readonly logLevel: (typeof LOG_LEVELS)[number]
}

interface Flag {
  readonly value: string
  readonly fallback: string
  readonly description: string
}

const FLAGS = {
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
  'cluster-domain': {
    value: 'DOMAIN',
    fallback: 'cluster.local',
    description: 'DNS domain of the cluster, for the names of the memcached servers.',
  },
  'tls-min-version': { value: '1.2|1.3', fallback: '1.3', description: 'Oldest TLS version to accept.' },
  'log-level': { value: 'LEVEL', fallback: 'info', description: `One of ${LOG_LEVELS.join(', ')}.` },
} as const satisfies Record<string, Flag>

/**
 * @returns undefined when `--help` was asked for
 * @throws MCR_ERR_FLAGS for an unknown flag or a value that cannot be
 */
export function parseFlags(argv: readonly string[]): Flags | undefined {
  const values = valuesOf(argv)
  if (values.help) return undefined
  const certDir = values['cert-dir'] || undefined
  const listen = values.listen || (certDir === undefined ? '127.0.0.1:8443' : ':8443')
  return {
    ...addressOf(listen),
    certDir,
    clusterDomain: domainOf(values['cluster-domain']),
    tlsMinVersion:
      oneOf('tls-min-version', ['1.2', '1.3'], values['tls-min-version']) === '1.2' ? 'TLSv1.2' : 'TLSv1.3',
    logLevel: oneOf('log-level', LOG_LEVELS, values['log-level']),
  }
}

export function help(): string {
  const lines = Object.entries(FLAGS).flatMap(([name, { value, fallback, description }]) => [
    `  --${name}=${value}`,
    `      ${description}${fallback === '' ? '' : ` Default: ${fallback}.`}`,
  ])
  return `${HEADER}\n\nFlags:\n${lines.join('\n')}\n`
}

const HEADER = `Usage: mcrouter-operator server [flags]

Serves the admission webhooks (/mutate, /validate) and the render service (/render) over HTTPS,
with /healthz, /readyz, /metrics and /openapi.json beside them.`

function valuesOf(argv: readonly string[]) {
  const text = (name: keyof typeof FLAGS) => ({ type: 'string', default: FLAGS[name].fallback }) as const
  try {
    return parseArgs({
      args: [...argv],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        listen: text('listen'),
        'cert-dir': text('cert-dir'),
        'cluster-domain': text('cluster-domain'),
        'tls-min-version': text('tls-min-version'),
        'log-level': text('log-level'),
      },
    }).values
  } catch (error) {
    throw new MCR_ERR_FLAGS(error instanceof Error ? error.message : String(error))
  }
}

function addressOf(listen: string): Pick<Flags, 'host' | 'port'> {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-fA-F:.%]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(listen) ?? []
  const port = Number(digits)
  if (digits === undefined || port > 65535) {
    throw new MCR_ERR_FLAGS(
      `--listen=${listen} is not [HOST]:PORT, such as :8443, 127.0.0.1:8443 or [::1]:8443`,
    )
  }
  return { host: bracketed || plain || undefined, port }
}

function domainOf(domain: string): string {
  if (/^(?=.{1,200}$)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/.test(domain))
    return domain
  throw new MCR_ERR_FLAGS(
    `--cluster-domain=${domain} is not a DNS domain in lower case, such as cluster.local`,
  )
}

function oneOf<T extends string>(flag: string, choices: readonly T[], value: string): T {
  const choice = choices.find((candidate) => candidate === value)
  if (choice === undefined) throw new MCR_ERR_FLAGS(`--${flag}=${value} is not one of ${choices.join(', ')}`)
  return choice
}
