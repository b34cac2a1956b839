import type { RequestOptions } from 'node:https'
import { KubeConfig } from '@kubernetes/client-node'
import type { Credentials, Identity, TlsOptions } from './credentials.ts'
import { ApiError } from './errors.ts'

/**
 * The credentials of a kubeconfig: tokens, token files (read again every minute), client certificates, exec plugins
 * and OIDC, all by client-node.
 *
 * @param files one or more; no two may define the same name
 * @throws ApiError with reason Credentials
 */
export function kubeconfig(files: readonly string[], context: string | undefined): Credentials {
  let config = load(files, context)
  return {
    namespace: config.getContextObject(config.getCurrentContext())?.namespace ?? 'default',
    async read(refused) {
      // client-node keeps an exec plugin's token until it says it expires, even when the server refuses it.
      if (refused) config = load(files, context)
      return await identity(config)
    },
  }
}

function load(files: readonly string[], context: string | undefined): KubeConfig {
  const config = new KubeConfig()
  for (const [index, file] of files.entries()) {
    try {
      const one = new KubeConfig()
      one.loadFromFile(file)
      config.mergeConfig(one, index > 0)
    } catch (cause) {
      throw unusable(`cannot read the kubeconfig ${file}`, cause)
    }
  }
  if (context !== undefined) config.setCurrentContext(context)
  if (config.getCurrentCluster() === null) {
    const known = config.getContexts().map((one) => one.name)
    throw unusable(
      `the kubeconfig ${files.join(', ')} has no cluster for context "${config.getCurrentContext()}"`,
      new Error(`known contexts: ${known.join(', ') || 'none'}`),
    )
  }
  return config
}

async function identity(config: KubeConfig): Promise<Identity> {
  const cluster = config.getCurrentCluster()
  if (cluster?.proxyUrl) {
    throw unusable(`cluster "${cluster.name}"`, new Error('proxy-url is not supported; remove it'))
  }
  const options: RequestOptions = {}
  try {
    await config.applyToHTTPSOptions(options)
  } catch (cause) {
    throw unusable(`cannot get credentials for cluster "${cluster?.name}"`, cause)
  }
  const headers = headersOf(options)
  if (options.auth) headers.authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`
  return { server: new URL(cluster?.server ?? ''), headers, tls: tlsOf(options) }
}

function headersOf(options: RequestOptions): Record<string, string> {
  const headers = Array.isArray(options.headers) ? {} : { ...options.headers }
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), `${value}`]))
}

function tlsOf({ ca, cert, key, rejectUnauthorized, servername }: RequestOptions): TlsOptions {
  const pem = (value: unknown) => (typeof value === 'string' || Buffer.isBuffer(value) ? value : undefined)
  const parts = { ca: pem(ca), cert: pem(cert), key: pem(key) }
  return {
    ...(parts.ca && { ca: parts.ca }),
    ...(parts.cert && { cert: parts.cert }),
    ...(parts.key && { key: parts.key }),
    ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
    ...(servername !== undefined && { servername }),
  }
}

function unusable(what: string, cause: unknown): ApiError {
  const why = cause instanceof Error ? cause.message.trim() : String(cause)
  return new ApiError(`${what}: ${why}`, { status: 0, reason: 'Credentials', cause })
}
