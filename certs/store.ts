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
  /** Undefined while the Secret does not exist. */
  readonly resourceVersion?: string
}

export interface SecretStore {
  read(signal?: AbortSignal): Promise<StoredSecret>
  /** Writes `content` over what `read` found, or not at all when they are equal; rejects when it changed since (409). */
  write(found: StoredSecret, content: SecretContent, signal?: AbortSignal): Promise<StoredSecret>
}

/** The keys that Secrets of type kubernetes.io/tls and cert-manager use. */
const FIELDS = { certificate: 'tls.crt', key: 'tls.key', bundle: 'ca.crt' } as const

/** One Secret, made on the first write, with `labels`. Foreign labels, annotations and keys in it are left alone. */
export function secretStore(
  api: CertificateApi,
  key: ObjectKey,
  labels: Readonly<Record<string, string>>,
): SecretStore {
  return {
    async read(signal) {
      const secret = await api.get(SECRETS, key, signal)
      if (!secret) return { content: decode({}) }
      const data = isJsonObject(secret.data) ? secret.data : {}
      return { content: decode(data), resourceVersion: secret.metadata.resourceVersion }
    },

    async write(found, content, signal) {
      if (found.resourceVersion !== undefined && equal(found.content, content)) return found
      const options = signal ? { signal } : {}
      const data = encode(content)
      const { metadata } =
        found.resourceVersion === undefined
          ? await api.create(
              SECRETS,
              {
                apiVersion: SECRETS.apiVersion,
                kind: SECRETS.kind,
                metadata: { ...key, labels },
                type: 'kubernetes.io/tls',
                data,
              },
              options,
            )
          : await api.merge(
              SECRETS,
              key,
              { metadata: { resourceVersion: found.resourceVersion }, data },
              options,
            )
      return { content, resourceVersion: metadata.resourceVersion }
    },
  }
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
