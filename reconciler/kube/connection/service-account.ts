import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Credentials, Identity } from './credentials.ts'
import { ApiError } from './errors.ts'

/** Where the kubelet mounts a pod's service account. */
export const SERVICE_ACCOUNT_DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * The credentials of a pod. The kubelet replaces the token at 80 % of its life and the CA when it changes, so both are
 * read anew each time.
 *
 * @param environment KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT, as every container has them
 * @throws ApiError with reason Credentials
 */
export async function serviceAccount(
  environment: Readonly<Record<string, string | undefined>>,
  directory = SERVICE_ACCOUNT_DIRECTORY,
): Promise<Credentials> {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = environment
  const server = new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`)
  return {
    namespace: (await read(join(directory, 'namespace'))).trim(),
    read: async (): Promise<Identity> => {
      const [token, ca] = await Promise.all([read(join(directory, 'token')), read(join(directory, 'ca.crt'))])
      return { server, headers: { authorization: `Bearer ${token.trim()}` }, tls: { ca } }
    },
  }
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new ApiError(
      `cannot read the pod's service account: ${cause instanceof Error ? cause.message : cause}; ` +
        'set automountServiceAccountToken: true on the pod, or give --kubeconfig',
      { status: 0, reason: 'Credentials', cause },
    )
  }
}
