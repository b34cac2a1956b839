import { readFile } from 'node:fs/promises'
import type { JsonObject } from '../../../schemas/json.ts'
import type { Credentials, Identity, TlsOptions } from './credentials.ts'
import { ApiError } from './errors.ts'
import { readKubeconfigs } from './kubeconfig-file.ts'

/** What the chosen context of a kubeconfig comes to. */
interface Choice {
  readonly context: string
  readonly namespace: string
  readonly cluster: JsonObject
  readonly user: JsonObject
}

/**
 * The credentials of a kubeconfig. Tokens, certificates and passwords are read here, and anew each time, since they are
 * replaced while we run; programs and providers that make tokens are client-node's.
 *
 * @param files one or more, merged as kubectl does
 * @param context the current one by default
 * @throws ApiError with reason Credentials
 */
export async function kubeconfig(
  files: readonly string[],
  context: string | undefined,
): Promise<Credentials> {
  const first = await choose(files, context)
  if (first.user.exec !== undefined || first.user['auth-provider'] !== undefined) {
    // Loaded for those who need it: it costs 16 MB of resident memory and a quarter of a second.
    const { pluginCredentials } = await import('./auth-plugin.ts')
    return pluginCredentials(files, first.context, first.namespace)
  }
  return {
    namespace: first.namespace,
    read: async () => {
      const choice = await choose(files, context)
      try {
        return await identity(choice)
      } catch (cause) {
        throw unusable(`context "${choice.context}": ${messageOf(cause)}`, cause)
      }
    },
  }
}

async function choose(files: readonly string[], wanted: string | undefined): Promise<Choice> {
  const { currentContext, contexts, clusters, users } = await readKubeconfigs(files).catch((cause) => {
    throw unusable(messageOf(cause), cause)
  })
  const context = wanted ?? currentContext
  const { namespace, cluster: clusterName, user: userName } = contexts.get(context) ?? {}
  const cluster = clusters.get(String(clusterName))
  if (cluster === undefined) {
    const known = [...contexts.keys()].join(', ') || 'none'
    throw unusable(`${files.join(', ')} has no cluster for context "${context}"; its contexts: ${known}`)
  }
  return {
    context,
    namespace: typeof namespace === 'string' && namespace !== '' ? namespace : 'default',
    cluster,
    user: users.get(String(userName)) ?? {},
  }
}

async function identity({ cluster, user }: Choice): Promise<Identity> {
  if (cluster['proxy-url'] !== undefined) throw new Error('proxy-url is not supported; remove it')
  const impersonated = textIn(user, 'as')
  return {
    server: new URL(textIn(cluster, 'server') ?? ''),
    headers: {
      ...(await authorization(user)),
      ...(impersonated !== undefined && { 'impersonate-user': impersonated }),
    },
    tls: await tlsOptions(cluster, user),
  }
}

async function authorization(user: JsonObject): Promise<{ authorization?: string }> {
  const file = textIn(user, 'tokenFile')
  const token = file === undefined ? textIn(user, 'token') : (await readFile(file, 'utf8')).trim()
  if (token !== undefined) return { authorization: `Bearer ${token}` }
  const name = textIn(user, 'username')
  if (name === undefined) return {}
  const basic = Buffer.from(`${name}:${textIn(user, 'password') ?? ''}`).toString('base64')
  return { authorization: `Basic ${basic}` }
}

async function tlsOptions(cluster: JsonObject, user: JsonObject): Promise<TlsOptions> {
  const servername = textIn(cluster, 'tls-server-name')
  return {
    ...(await pem('ca', cluster, 'certificate-authority')),
    ...(await pem('cert', user, 'client-certificate')),
    ...(await pem('key', user, 'client-key')),
    ...(cluster['insecure-skip-tls-verify'] === true && { rejectUnauthorized: false }),
    ...(servername !== undefined && { servername }),
  }
}

/** Inline data count before a file, as in kubectl. */
async function pem(option: 'ca' | 'cert' | 'key', settings: JsonObject, name: string): Promise<TlsOptions> {
  const data = textIn(settings, `${name}-data`)
  if (data !== undefined) return { [option]: Buffer.from(data, 'base64').toString() }
  const file = textIn(settings, name)
  return file === undefined ? {} : { [option]: await readFile(file, 'utf8') }
}

function textIn(settings: JsonObject, name: string): string | undefined {
  const value = settings[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

function unusable(message: string, cause?: unknown): ApiError {
  return new ApiError(message, { status: 0, reason: 'Credentials', cause })
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
