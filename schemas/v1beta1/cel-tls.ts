import type { CelRule } from '../generate/structural.ts'
import { CLIENT_PORT } from './tls.ts'

const ANY_ISSUED = `(${isIssued('self.memcached')} || self.pools.exists(pool, ${isIssued('pool')}))`

export const tlsRules: CelRule[] = [
  {
    at: 'spec.router',
    rule: "!has(self.tls) || !has(self.tls.servers) || self.release != '37'",
    message: 'must be left out with release 37',
    fieldPath: '.tls.servers',
  },
  {
    at: 'spec',
    rule: "self.router.release != '37' || (!has(self.memcached.tls) && self.pools.all(pool, !has(pool.tls)))",
    message: 'must not be 37 where servers speak TLS',
    fieldPath: '.router.release',
  },
  {
    at: 'spec.router',
    rule: "!has(self.tls) || !has(self.tls.clients) || self.release != '37'",
    message: 'must be left out with release 37',
    fieldPath: '.tls.clients',
  },
  {
    at: 'spec.router',
    rule: `!has(self.tls) || !has(self.tls.clients) || (has(self.tls.clients.plain) && !self.tls.clients.plain) || (has(self.tls.clients.port) ? self.tls.clients.port : ${CLIENT_PORT}) != self.port`,
    message: 'must be another than port, unless plain is false',
    fieldPath: '.tls.clients.port',
  },
  ...['spec.memcached.tls', 'spec.pools[].tls'].map((at) => ({
    at,
    rule: 'has(self.secretName) != has(self.issuer)',
    message: 'must have secretName or issuer, and not both',
  })),
  {
    at: 'spec',
    rule: `!${ANY_ISSUED} || !has(self.router.tls) || !has(self.router.tls.servers)`,
    message: 'must be left out where the issuer of a pool is Operator',
    fieldPath: '.router.tls.servers',
  },
  {
    at: 'spec',
    rule: `!${ANY_ISSUED} || (${isOfOneCa('self.memcached')} && self.pools.all(pool, ${isOfOneCa('pool')}))`,
    message:
      'where the issuer of a pool is Operator, it must be that of every pool with TLS, and no external server may have TLS',
    fieldPath: '.router.tls',
  },
]

function isIssued(pool: string): string {
  return `(has(${pool}.tls) && has(${pool}.tls.issuer) && ${pool}.external.size() == 0)`
}

/** Where some pool's is issued. */
function isOfOneCa(pool: string): string {
  return `(${pool}.external.size() > 0 ? !${pool}.external.exists(server, server.tls) : !has(${pool}.tls) || has(${pool}.tls.issuer))`
}
