import { mkdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from '../control-plane/client.ts'
import { object } from '../kubelet/pod-status.ts'

export interface SecretMount {
  readonly directory: string
  stop(): Promise<void>
}

const EVERY_MS = 100

/**
 * Keeps a directory equal to a Secret, as kubelet does for a volume: once all `keys` are there, and all files
 * change at once, by the swap of a symbolic link named ..data
 * (https://pkg.go.dev/k8s.io/kubernetes/pkg/volume/util#AtomicWriter).
 */
export async function mountSecret(
  client: Client,
  secret: { readonly namespace: string; readonly name: string; readonly keys: readonly string[] },
  directory: string,
): Promise<SecretMount> {
  await mkdir(directory, { recursive: true })
  for (const key of secret.keys) await symlink(join('..data', key), join(directory, key))
  const stopped = new AbortController()
  const running = follow(client, secret, directory, stopped.signal)
  return {
    directory,
    stop: async () => {
      stopped.abort()
      await running
    },
  }
}

async function follow(
  client: Client,
  {
    namespace,
    name,
    keys,
  }: { readonly namespace: string; readonly name: string; readonly keys: readonly string[] },
  directory: string,
  signal: AbortSignal,
): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/secrets/${name}`
  let written: unknown
  while (!signal.aborted) {
    // An API server that is away changes nothing: what is mounted stays.
    const secret = await client.request('GET', path, { signal }).catch(() => undefined)
    const version = object(secret?.body.metadata).resourceVersion
    const data = object(secret?.body.data)
    if (secret?.status === 200 && version !== written && keys.every((key) => typeof data[key] === 'string')) {
      await swap(directory, String(version), Object.fromEntries(keys.map((key) => [key, String(data[key])])))
      written = version
    }
    await delay(EVERY_MS, undefined, { signal, ref: false }).catch(() => {})
  }
}

async function swap(directory: string, version: string, data: Record<string, string>): Promise<void> {
  const link = join(directory, '..data')
  const next = join(directory, '..data_tmp')
  const before = await readlink(link).catch(() => undefined)
  await mkdir(join(directory, `..${version}`), { recursive: true })
  for (const [key, value] of Object.entries(data)) {
    await writeFile(join(directory, `..${version}`, key), Buffer.from(value, 'base64'), { mode: 0o600 })
  }
  await symlink(`..${version}`, next)
  await rename(next, link)
  if (before) await rm(join(directory, before), { recursive: true })
}
