import Type, { type Static } from 'typebox'
import { SUBDOMAIN } from '../formats/patterns.ts'
import type { JsonObject } from '../json.ts'
import type { Routers } from '../mcrouter.ts'
import type { ClientTls, ServerTls } from '../tls.ts'

/** Of a Secret in the namespace of the Mcrouter. */
export function secretName(description: string) {
  return Type.String({
    minLength: 1,
    maxLength: 253,
    pattern: SUBDOMAIN,
    format: 'subdomain',
    'x-allowed': 'the name of a Secret: lower-case letters, digits, "-" and "."',
    description,
  })
}

/** Where the spec names no port for TLS. */
export const CLIENT_PORT = 5001

/** No default of the schema: one would make TLS of every Mcrouter. */
const Clients = Type.Object(
  {
    secretName: secretName(
      'Secret of type kubernetes.io/tls, such as cert-manager makes: tls.crt, tls.key and, with requireClientCertificate, ca.crt. Whoever names it must be allowed to read it. Routers serve a renewed certificate within 35 minutes, to new connections, and restart nothing.',
    ),
    port: Type.Optional(
      Type.Integer({
        minimum: 1024,
        maximum: 65_535,
        'x-allowed': 'from 1024 to 65535 (lower ports are for root, and nothing here runs as root)',
        description: `Port for TLS of the routers and of their Service. Default: ${CLIENT_PORT}.`,
      }),
    ),
    requireClientCertificate: Type.Optional(
      Type.Boolean({
        description:
          'Whether clients have to show a certificate that ca.crt of the Secret has signed. Default: false.',
      }),
    ),
    plain: Type.Optional(
      Type.Boolean({
        description:
          'Whether the port without TLS stays open beside it. Where it does not, and client certificates are required, the operator cannot ask the routers which configuration they run, and allows them time instead. Default: true.',
      }),
    ),
  },
  {
    description:
      'TLS between clients and routers, from release 40 on. Changing it replaces the routers one by one.',
  },
)
type Clients = Static<typeof Clients>

const Servers = Type.Object(
  {
    secretName: secretName(
      'Secret whose ca.crt has signed the certificates of servers, those of the operator and of others; with clientCertificate also tls.crt and tls.key. Whoever names it must be allowed to read it. Names in certificates are not looked at: mcrouter trusts every certificate of that CA.',
    ),
    clientCertificate: Type.Optional(
      Type.Boolean({
        description: 'Whether routers show tls.crt of the Secret to servers that ask for it. Default: false.',
      }),
    ),
  },
  {
    description:
      'Whom routers trust among servers that speak TLS, from release 40 on; without it they look at no certificate. Changing it replaces the routers one by one.',
  },
)
type Servers = Static<typeof Servers>

export const Tls = Type.Object(
  { clients: Type.Optional(Clients), servers: Type.Optional(Servers) },
  { description: 'TLS of the routers, with certificates from Secrets.' },
)

/** The servers of one pool. */
export const PoolTls = Type.Object(
  {
    secretName: Type.Optional(
      secretName(
        'Secret of type kubernetes.io/tls, such as cert-manager makes: tls.crt and tls.key. Whoever names it must be allowed to read it. Servers serve a certificate that was renewed in the second half of the life of the former within ten minutes and half a minute for each server of the pool, and restart nothing.',
      ),
    ),
    issuer: Type.Optional(
      Type.Unsafe<'Operator'>({
        type: 'string',
        enum: ['Operator'],
        description:
          'In the place of secretName: the operator issues the certificate, where it is installed with rbac.issueCertificates=true, and renews it. It is in the Secret NAME-memcached-tls, of a CA that signs for this Mcrouter alone and that its routers trust alone: all that speaks TLS to them as a server is then issued so.',
      }),
    ),
  },
  {
    description:
      'TLS of the servers, which then take no connection without it, from router.release 40 on; memcached 1.5.13 or later that was built with it. Turning it on or off is an outage: the servers restart one by one, each comes back empty, and routers change for all of them with the first that is Ready.',
  },
)

/** What of a router's TLS is there. */
export function routerTls(tls: Static<typeof Tls>): Pick<Routers, 'clientTls' | 'serverTls'> {
  const { clients, servers } = tls
  return {
    ...(clients !== undefined && { clientTls: clientTls(clients) }),
    ...(servers !== undefined && { serverTls: serverTls(servers) }),
  }
}

function clientTls(clients: Clients): ClientTls {
  const { secretName, port = CLIENT_PORT, requireClientCertificate = false, plain = true } = clients
  return { secretName, port, requireClientCertificate, plain }
}

function serverTls({ secretName, clientCertificate = false }: Servers): ServerTls {
  return { secretName, clientCertificate }
}

/** The part of a spec that says it; undefined for nothing. */
export function writtenTls({ clientTls, serverTls }: Routers): JsonObject | undefined {
  if (clientTls === undefined && serverTls === undefined) return undefined
  return {
    ...(clientTls !== undefined && { clients: { ...clientTls } }),
    ...(serverTls !== undefined && { servers: { ...serverTls } }),
  }
}
