import { isJsonObject, type JsonObject } from '../schemas/json.ts'
import { type CertificateApi, type ObjectKey, SECRETS } from './api.ts'

/** What a Secret of ours holds, all PEM: a certificate with its key and the bundle of trusted CAs. Absent keys are ''. */
export interface SecretContent {
  readonly certificate: string
  readonly key: string
  readonly bundle: string
}

export interface StoredSecret {
  readonly content: SecretContent
  readonly resourceVersion: string
}

/** The keys that Secrets of type kubernetes.io/tls and cert-manager use. */
const FIELDS = { certificate: 'tls.crt', key: 'tls.key', bundle: 'ca.crt' } as const

/** A Secret that came with the installation is gone; the message says what brings it back. */
export class MissingSecretError extends Error {
  readonly code = 'MCR_ERR_SECRET_MISSING'
  override readonly name = 'MissingSecretError'

  constructor({ namespace, name }: ObjectKey) {
    super(
      `there is no Secret ${namespace}/${name}, which came with the installation: helm upgrade (or kubectl apply of its manifests) makes it again, empty, and it is filled at once`,
    )
  }
}

/**
 * Reads a Secret, which may be empty. Rejects when there is none: it is made with the installation, since the right to
 * create Secrets cannot be limited by name and would be a right to tokens of every service account of the namespace.
 * @throws MissingSecretError
 */
export async function readSecret(
  api: CertificateApi,
  key: ObjectKey,
  signal?: AbortSignal,
): Promise<StoredSecret> {
  const secret = await api.get(SECRETS, key, signal)
  if (!secret) throw new MissingSecretError(key)
  const data = isJsonObject(secret.data) ? secret.data : {}
  return { content: decode(data), resourceVersion: secret.metadata.resourceVersion }
}

/** Writes `content` over what was found, or nothing when it is equal, and answers which; rejects when the Secret has changed since (409). */
export async function writeSecret(
  api: CertificateApi,
  key: ObjectKey,
  found: StoredSecret,
  content: SecretContent,
  signal?: AbortSignal,
): Promise<boolean> {
  if (equal(found.content, content)) return false
  const { resourceVersion } = found
  await api.merge(
    SECRETS,
    key,
    { metadata: { resourceVersion }, data: encode(content) },
    signal && { signal },
  )
  return true
}

function decode(data: JsonObject): SecretContent {
  const text = (field: string) => {
    const value = data[field]
    return typeof value === 'string' ? Buffer.from(value, 'base64').toString() : ''
  }
  return { certificate: text(FIELDS.certificate), key: text(FIELDS.key), bundle: text(FIELDS.bundle) }
}

function encode(content: SecretContent): JsonObject {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  return {
    [FIELDS.certificate]: base64(content.certificate),
    [FIELDS.key]: base64(content.key),
    [FIELDS.bundle]: base64(content.bundle),
  }
}

function equal(a: SecretContent, b: SecretContent): boolean {
  return a.certificate === b.certificate && a.key === b.key && a.bundle === b.bundle
}
