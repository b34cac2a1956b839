import { addressOf, hostOf, namespaceOf, numberOf, oneOf } from '../process/flag-values.ts'
import { type Flag, flagValues, helpOn } from '../process/flags.ts'
import { LOG_LEVELS } from '../process/log.ts'
import { RENDERING_FLAGS, type RenderingFlags, renderingFlagsOf } from '../render/flags.ts'

export interface Flags extends RenderingFlags {
  /** Of the operator itself: its Lease and its Secrets are there. Undefined: the one of the connection. */
  readonly namespace: string | undefined
  /** What the names of the operator's own objects begin with. */
  readonly name: string
  /** Undefined for the whole cluster. */
  readonly watchNamespaces: readonly string[] | undefined
  /** Undefined when nothing is to be registered. */
  readonly webhookConfiguration: string | undefined
  readonly certificates: 'self' | 'cert-manager'
  /** Host under which the server is reached beside its Service; undefined where it is a Service alone. */
  readonly servingHost: string | undefined
  readonly issueCertificates: boolean
  readonly confirmRouters: boolean
  readonly confirmMs: number
  readonly graceMs: number
  readonly fillMs: number
  readonly concurrency: number
  /** Undefined: every address. */
  readonly host: string | undefined
  readonly port: number
  readonly kubeconfig: string | undefined
  readonly context: string | undefined
  readonly logLevel: (typeof LOG_LEVELS)[number]
}

export const FLAGS = {
  namespace: {
    value: 'NAMESPACE',
    fallback: '',
    description:
      "Where the operator's own Lease and Secrets are. Default: that of the pod or of the kubeconfig.",
  },
  name: {
    value: 'NAME',
    fallback: 'mcrouter-operator',
    description: "What the names of the operator's own objects begin with.",
  },
  'watch-namespaces': {
    value: 'A,B,…',
    fallback: '',
    description: 'Namespaces whose Mcrouters are served. Default: all.',
  },
  ...RENDERING_FLAGS,
  'webhook-configuration': {
    value: 'NAME',
    fallback: '',
    description: 'Webhook configurations in which the CA of the server is registered. Default: none.',
  },
  certificates: {
    value: 'self|cert-manager',
    fallback: 'self',
    description: 'Who issues the certificate of the server.',
  },
  'serving-host': {
    value: 'HOST',
    fallback: '',
    description:
      'Name or IP address for the certificate of the server, beside those of its Service and localhost: where the API server calls it at a URL.',
  },
  'issue-certificates': {
    value: 'on|off',
    fallback: 'off',
    description:
      'Issue certificates for the servers of Mcrouters that ask for it, which takes the right to create and patch Secrets.',
  },
  'confirm-routers': {
    value: 'on|off',
    fallback: 'on',
    description:
      'Ask routers which configuration they run, and DNS for new servers. Off where neither can be reached from here.',
  },
  'confirm-timeout': {
    value: 'SECONDS',
    fallback: '120',
    description:
      'Time allowed for all routers to run a new configuration, and for DNS to answer when servers are new. With --confirm-routers=off, the time routers are given.',
  },
  'shrink-grace': {
    value: 'SECONDS',
    fallback: '5',
    description: 'Time between the last router leaving a server and the end of that server.',
  },
  'fill-time': {
    value: 'SECONDS',
    fallback: '3600',
    description:
      'How long after a replicated pool has grown a get that misses is asked of other servers. 0: not at all.',
  },
  concurrency: {
    value: 'N',
    fallback: '16',
    description:
      'Mcrouters worked on at the same time. From 2 on, a quarter of them, one at least, is kept for namespaces that have none.',
  },
  listen: {
    value: '[HOST]:PORT',
    fallback: ':8080',
    description: 'Address of /healthz, /readyz and /metrics.',
  },
  kubeconfig: {
    value: 'FILE',
    fallback: '',
    description: 'Default: $KUBECONFIG, else the service account of the pod, else ~/.kube/config.',
  },
  context: { value: 'CONTEXT', fallback: '', description: 'Of the kubeconfig. Default: its current one.' },
  'log-level': { value: 'LEVEL', fallback: 'info', description: `One of ${LOG_LEVELS.join(', ')}.` },
} as const satisfies Record<string, Flag>

type Name = keyof typeof FLAGS

/**
 * @returns undefined when `--help` was asked for
 * @throws {FlagsError} for an unknown flag or a value that cannot be
 */
export function parseFlags(argv: readonly string[]): Flags | undefined {
  const text = flagValues(FLAGS, argv)
  if (text === undefined) return undefined
  const optional = (name: Name) => text(name) || undefined
  const seconds = (name: Name) => 1000 * numberOf(name, text(name), 0, 86_400)
  return {
    ...addressOf(text('listen')),
    namespace: optional('namespace'),
    name: text('name'),
    watchNamespaces: optional('watch-namespaces')
      ?.split(',')
      .map((name) => namespaceOf('watch-namespaces', name)),
    ...renderingFlagsOf(text),
    webhookConfiguration: optional('webhook-configuration'),
    certificates: oneOf('certificates', ['self', 'cert-manager'], text('certificates')),
    servingHost: optional('serving-host') && hostOf('serving-host', text('serving-host')),
    issueCertificates: oneOf('issue-certificates', ['on', 'off'], text('issue-certificates')) === 'on',
    confirmRouters: oneOf('confirm-routers', ['on', 'off'], text('confirm-routers')) === 'on',
    confirmMs: seconds('confirm-timeout'),
    graceMs: seconds('shrink-grace'),
    fillMs: seconds('fill-time'),
    concurrency: numberOf('concurrency', text('concurrency'), 1, 256),
    kubeconfig: optional('kubeconfig'),
    context: optional('context'),
    logLevel: oneOf('log-level', LOG_LEVELS, text('log-level')),
  }
}

export function help(): string {
  return helpOn(HEADER, FLAGS)
}

const HEADER = `Usage: mcrouter-operator reconciler [flags]

Watches Mcrouters and what they expand to, applies the one to the other, and reports in their status. Of several
such processes one leads; the others wait.`
