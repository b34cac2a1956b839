import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { Clock } from '../../../process/clock.ts'
import type { KubeApi } from '../api.ts'
import { kubeApi } from '../objects.ts'
import type { Credentials } from './credentials.ts'
import { ApiError } from './errors.ts'
import { kubeconfig } from './kubeconfig.ts'
import { SERVICE_ACCOUNT_DIRECTORY, serviceAccount } from './service-account.ts'
import { HttpSession, type Session } from './session.ts'

export interface ConnectOptions {
  /** A kubeconfig file. Undefined: KUBECONFIG, else the pod's service account, else ~/.kube/config. */
  readonly kubeconfig?: string | undefined
  /** A context of the kubeconfig; its current one by default. */
  readonly context?: string | undefined
  /** KUBECONFIG, HOME and KUBERNETES_SERVICE_HOST and _PORT are read. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Where a service account is mounted. */
  readonly serviceAccountDirectory?: string
  readonly clock: Clock
  /** `mcrouter-operator/<version>` */
  readonly userAgent: string
}

export interface Cluster {
  readonly api: KubeApi
  readonly session: Session
  /** The namespace of the context, or of our own pod. */
  readonly namespace: string
  /** Cuts every connection. */
  close(): void
}

/**
 * The way to a cluster. Nothing is sent yet.
 *
 * @throws ApiError with reason Credentials, saying what is missing
 */
export async function connect(options: ConnectOptions): Promise<Cluster> {
  const credentials = await findCredentials(options)
  const { clock, userAgent } = options
  const session = new HttpSession({ credentials, clock, userAgent })
  return {
    api: kubeApi(session),
    session,
    namespace: credentials.namespace,
    close: () => session.close(),
  }
}

// In the order of controller-runtime's GetConfig (pkg/client/config/config.go).
async function findCredentials(options: ConnectOptions): Promise<Credentials> {
  const { environment, context, serviceAccountDirectory: directory = SERVICE_ACCOUNT_DIRECTORY } = options
  const named = options.kubeconfig ?? environment.KUBECONFIG ?? ''
  const files = named.split(delimiter).filter((file) => file !== '')
  if (files.length > 0) return await kubeconfig(files, context)
  if (environment.KUBERNETES_SERVICE_HOST && (await exists(join(directory, 'token')))) {
    return await serviceAccount(environment, directory)
  }
  const usual = join(environment.HOME ?? '', '.kube', 'config')
  if (await exists(usual)) return await kubeconfig([usual], context)
  throw new ApiError(
    `no cluster to talk to: ${directory}/token and ${usual} do not exist; give --kubeconfig FILE or set KUBECONFIG`,
    { status: 0, reason: 'Credentials' },
  )
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file)
    return true
  } catch {
    return false
  }
}
