/** Where the API server is, and who we are to it. */
export interface Identity {
  /** https://host:port, without a path unless the server is behind one. */
  readonly server: URL
  /** Authorization and, when configured, Impersonate-User. */
  readonly headers: Readonly<Record<string, string>>
  readonly tls: TlsOptions
}

/** The part of Node's TLS options that a kubeconfig can set. */
export interface TlsOptions {
  readonly ca?: string | Buffer
  readonly cert?: string | Buffer
  readonly key?: string | Buffer
  /** False only when the kubeconfig says insecure-skip-tls-verify. */
  readonly rejectUnauthorized?: boolean
  readonly servername?: string
}

/** A source of the current {@link Identity}: tokens and certificates are replaced while we run. */
export interface Credentials {
  /** The namespace of the context or of our own pod. */
  readonly namespace: string
  /**
   * @param refused the last answer was rejected (401, untrusted certificate): forget whatever is remembered
   * @throws ApiError with reason Credentials
   */
  read(refused: boolean): Promise<Identity>
}

export function sameTls(one: TlsOptions, other: TlsOptions): boolean {
  const text = (tls: TlsOptions) =>
    JSON.stringify(
      [tls.ca, tls.cert, tls.key].map(String).concat(`${tls.rejectUnauthorized}`, `${tls.servername}`),
    )
  return text(one) === text(other)
}
