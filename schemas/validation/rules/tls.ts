import { isIssued } from '../../tls.ts'
import type { Violation } from '../violation.ts'
import { invalid, type PoolRule, type Rule, type Written } from './rule.ts'

/** Before release 40 TLS to a server takes a certificate of the router's own, which is that for clients as well (mcrouter/ProxyDestination.cpp). */
const serverTls: Rule = {
  needs: 'routers.serverTls',
  reads: ['routers.serverTls', 'routers.release'],
  violations: ({ routers: { serverTls, release } }, written) =>
    serverTls !== undefined && release === '37'
      ? [withoutTls(written.version.fieldPath('routers.serverTls'), written)]
      : [],
}

const poolTls: PoolRule = {
  needs: 'pool.tls',
  reads: ['pool.tls', 'routers.release'],
  ofPool: ({ tls }, index, written, { routers: { release } }) =>
    tls !== undefined && release === '37'
      ? [withoutTls(written.version.fieldPath('pool.tls', index), written)]
      : [],
}

const externalTls: PoolRule = {
  needs: 'pool.tls',
  reads: ['pool.external', 'routers.release'],
  ofPool: ({ external }, index, written, { routers: { release } }) => {
    if (release !== '37' || external.length === 0) return []
    const path = written.version.fieldPath('pool.external', index)
    return external.flatMap((server, at) => (server.tls ? [withoutTls(`${path}[${at}].tls`, written)] : []))
  },
}

const certificateSource: PoolRule = {
  needs: 'pool.tls',
  reads: ['pool.tls'],
  ofPool: ({ tls }, index, { version }) =>
    tls !== undefined && (tls.secretName === undefined) === (tls.issuer === undefined)
      ? [invalid(version.fieldPath('pool.tls', index), 'must have secretName or issuer, and not both')]
      : [],
}

const issuedPools: PoolRule = {
  needs: 'pool.tls',
  reads: ['pool.tls', 'pool.external'],
  ofPool: ({ tls, external }, index, { version: { fieldPath } }, { pools }) => {
    const issued = pools.findIndex(isIssued)
    if (issued < 0) return []
    const because = `where ${fieldPath('pool.tls', issued)}.issuer is Operator: routers trust one CA, which is then the operator's`
    const secrets = `name a Secret in each pool and their CAs in ${fieldPath('routers.serverTls')}, or have another Mcrouter for them`
    if (external.length > 0) {
      const path = fieldPath('pool.external', index)
      return external.flatMap((server, at) =>
        server.tls ? [invalid(`${path}[${at}].tls`, `must be false ${because}; ${secrets}`)] : [],
      )
    }
    if (tls?.secretName === undefined) return []
    const path = `${fieldPath('pool.tls', index)}.secretName`
    return [invalid(path, `must be left out ${because}; set issuer in each pool, or secretName in each`)]
  },
}

const issuedTrust: Rule = {
  needs: 'routers.serverTls',
  reads: ['routers.serverTls', 'pool.tls', 'pool.external'],
  violations: ({ routers: { serverTls }, pools }, { version: { fieldPath } }) => {
    const issued = pools.findIndex(isIssued)
    if (serverTls === undefined || issued < 0) return []
    const because = `where ${fieldPath('pool.tls', issued)}.issuer is Operator: routers then trust its CA, and no other`
    return [invalid(fieldPath('routers.serverTls'), `must be left out ${because}`)]
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
const clientTls: Rule = {
  needs: 'routers.clientTls',
  reads: ['routers.clientTls', 'routers.release'],
  violations: ({ routers: { clientTls, release } }, { version: { fieldPath } }) =>
    clientTls !== undefined && release === '37'
      ? [
          invalid(
            fieldPath('routers.clientTls'),
            `must be left out with ${fieldPath('routers.release')} 37, which has no certificate of its own for clients: take 40, 41 or current, and an image of that release`,
          ),
        ]
      : [],
}

const clientPort: Rule = {
  needs: 'routers.clientTls',
  reads: ['routers.clientTls', 'routers.port'],
  violations: ({ routers: { clientTls, port } }, { version: { fieldPath } }) => {
    if (clientTls === undefined || !clientTls.plain || clientTls.port !== port) return []
    const path = fieldPath('routers.clientTls')
    const must = `must be another than ${fieldPath('routers.port')}, unless ${path}.plain is false`
    return [invalid(`${path}.port`, `${port}: ${must}`)]
  },
}

export const tlsRules: readonly Rule[] = [
  clientTls,
  clientPort,
  serverTls,
  poolTls,
  externalTls,
  certificateSource,
  issuedPools,
  issuedTrust,
]
