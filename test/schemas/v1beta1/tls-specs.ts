import type { JsonObject } from '../../../schemas/json.ts'

export const ACCEPTED_TLS: readonly JsonObject[] = [
  { router: { tls: { clients: { secretName: 'cache-tls' } } } },
  {
    memcached: { tls: { secretName: 'pool-tls' } },
    router: { tls: { servers: { secretName: 'cache-ca', clientCertificate: true } } },
  },
  {
    memcached: { tls: { issuer: 'Operator' } },
    pools: [{ name: 'a', tls: { secretName: 'a' }, external: [{ host: '10.8.0.4' }] }],
  },
  {
    router: {
      tls: { clients: { secretName: 'a', port: 5000, plain: false, requireClientCertificate: true } },
    },
  },
]

/** What the API server says of each. */
export const REFUSED_TLS: readonly (readonly [said: string, spec: JsonObject])[] = [
  [
    'spec.router.tls.clients: Invalid value: must be left out with release 37',
    { router: { release: '37', tls: { clients: { secretName: 'a' } } } },
  ],
  [
    'spec.router.tls.servers: Invalid value: must be left out with release 37',
    { router: { release: '37', tls: { servers: { secretName: 'a' } } } },
  ],
  [
    'spec.router.release: Invalid value: must not be 37 where servers speak TLS',
    { pools: [{ name: 'a', tls: { secretName: 'a' } }], router: { release: '37' } },
  ],
  [
    'spec.router.tls.clients.port: Invalid value: must be another than port',
    { router: { tls: { clients: { secretName: 'a', port: 5000 } } } },
  ],
  [
    'spec.memcached.tls: Invalid value: must have secretName or issuer, and not both',
    { memcached: { tls: {} } },
  ],
  [
    'spec.pools[0].tls: Invalid value: must have secretName or issuer, and not both',
    { pools: [{ name: 'a', tls: { secretName: 'a', issuer: 'Operator' } }] },
  ],
  [
    'spec.router.tls.servers: Invalid value: must be left out where the issuer of a pool is Operator',
    { memcached: { tls: { issuer: 'Operator' } }, router: { tls: { servers: { secretName: 'a' } } } },
  ],
  [
    'spec.router.tls: Invalid value: where the issuer of a pool is Operator, it must be that of every pool with TLS',
    { memcached: { tls: { secretName: 'a' } }, pools: [{ name: 'a', tls: { issuer: 'Operator' } }] },
  ],
  [
    'spec.router.tls: Invalid value: where the issuer of a pool is Operator, it must be that of every pool with TLS',
    {
      memcached: { tls: { issuer: 'Operator' } },
      pools: [{ name: 'a', external: [{ host: '10.8.0.4', tls: true }] }],
    },
  ],
]
