import type { RequestOptions } from 'node:https'
import { KubeConfig } from '@kubernetes/client-node'
import type { Credentials, Identity, TlsOptions } from './credentials.ts'
import { ApiError } from './errors.ts'

/**
 * The credentials of a kubeconfig whose user is an exec plugin or an authentication provider (OIDC, clouds).
 *
 * @throws ApiError with reason Credentials
 */
export function pluginCredentials(files: readonly string[], context: string, namespace: string): Credentials {
  let config = load(files, context)
  return {
    namespace,
    async read(refused) {
      // client-node keeps a token until it says itself that it expires, even when the server refuses it.
      if (refused) config = load(files, context)
      return await identity(config)
    },
  }
}

function load(files: readonly string[], context: string): KubeConfig {
  const config = new KubeConfig()
  try {
    for (const file of files) {
      const one = new KubeConfig()
      one.loadFromFile(file)
      config.mergeConfig(one)
    }
  } catch (cause) {
    throw unusable('cannot read the kubeconfig', cause)
  }
  config.setCurrentContext(context)
  return config
}

async function identity(config: KubeConfig): Promise<Identity> {
  const cluster = config.getCurrentCluster()
  if (cluster?.proxyUrl) throw unusable('proxy-url', new Error('is not supported; remove it'))
  const options: RequestOptions = {}
  try {
    await config.applyToHTTPSOptions(options)
  } catch (cause) {
    throw unusable(`cannot get credentials for cluster "${cluster?.name}"`, cause)
  }
  return { server: new URL(cluster?.server ?? ''), headers: headersOf(options), tls: tlsOf(options) }
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
