import type { Violation } from '../violation.ts'
import { invalid, type PoolRule, type Rule, type Written } from './rule.ts'

/** Before release 40 TLS to a server takes a certificate of the router's own, which is that for clients as well (mcrouter/ProxyDestination.cpp). */
export const serverTlsRule: Rule = {
  needs: 'routers.serverTls',
  reads: ['routers.serverTls', 'routers.release'],
  violations: ({ routers: { serverTls, release } }, written) =>
    serverTls !== undefined && release === '37'
      ? [withoutTls(written.version.fieldPath('routers.serverTls'), written)]
      : [],
}

export const poolTlsRule: PoolRule = {
  needs: 'pool.tls',
  reads: ['pool.tls', 'pool.external', 'routers.release'],
  ofPool: ({ tls, external }, index, written, { routers: { release } }) => {
    if (release !== '37') return []
    const path = written.version.fieldPath('pool.external', index)
    return [
      ...(tls === undefined ? [] : [withoutTls(written.version.fieldPath('pool.tls', index), written)]),
      ...external.flatMap((server, at) => (server.tls ? [withoutTls(`${path}[${at}].tls`, written)] : [])),
    ]
  },
}

function withoutTls(path: string, { version }: Written): Violation {
  const release = version.fieldPath('routers.release')
  return invalid(
    path,
    `must be left out with ${release} 37, which speaks no TLS to servers without a certificate of its own: take 40, 41 or current, and an image of that release`,
  )
}

/** Before release 40 the certificate for clients is also shown to servers, and clients cannot be asked for theirs (mcrouter/Server-inl.h). */
export const clientTlsRule: Rule = {
  needs: 'routers.clientTls',
  reads: ['routers.clientTls', 'routers.port', 'routers.release'],
  violations: ({ routers: { clientTls, port, release } }, { version: { fieldPath } }) => {
    if (clientTls === undefined) return []
    const path = fieldPath('routers.clientTls')
    const old =
      release === '37'
        ? [
            invalid(
              path,
              `must be left out with ${fieldPath('routers.release')} 37, which has no certificate of its own for clients: take 40, 41 or current, and an image of that release`,
            ),
          ]
        : []
    const taken =
      clientTls.plain && clientTls.port === port
        ? [
            invalid(
              `${path}.port`,
              `${port}: must be another than ${fieldPath('routers.port')}, unless ${path}.plain is false`,
            ),
          ]
        : []
    return [...old, ...taken]
  },
}
