import type { KeyPair } from './certificates.ts'

export interface Endpoint {
  /** https://127.0.0.1:PORT */
  readonly url: string
  /** PEM */
  readonly ca: string
}

export type Credential = KeyPair | { readonly token: string }

/** A kubeconfig as text, everything inline. JSON is YAML. */
export function kubeconfig(endpoint: Endpoint, credential: Credential, namespace = 'default'): string {
  const name = 'control-plane'
  return JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': name,
      clusters: [
        { name, cluster: { server: endpoint.url, 'certificate-authority-data': base64(endpoint.ca) } },
      ],
      users: [{ name, user: user(credential) }],
      contexts: [{ name, context: { cluster: name, user: name, namespace } }],
    },
    undefined,
    2,
  )
}

function user(credential: Credential): object {
  if ('token' in credential) return { token: credential.token }
  return {
    'client-certificate-data': base64(credential.certificate),
    'client-key-data': base64(credential.key),
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
