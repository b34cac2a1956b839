import { type Mcrouter, type Release, UNLIMITED_CLIENTS } from '../schemas/mcrouter.ts'
import { type ClientTls, isIssued } from '../schemas/tls.ts'
import { routePrefix } from './route-prefix.ts'

/** Where the ConfigMap is mounted: as a whole directory, a file mounted by subPath never changes. */
export const CONFIG_DIRECTORY = '/etc/mcrouter'
/** Key in the ConfigMap. A router whose file changes its name or goes away for a moment never reloads again. */
export const CONFIG_KEY = 'config.json'

/** Where the Secret for clients is mounted, as a whole directory as well: mcrouter reads it anew every half hour. */
export const CLIENT_TLS_DIRECTORY = '/etc/mcrouter-tls/clients'
/** Where that for servers is. */
export const SERVER_TLS_DIRECTORY = '/etc/mcrouter-tls/servers'

/**
 * mcrouter's command line; every flag exists since release 37, those of TLS since 40.
 *
 * A value is always joined by `=`: mcrouter ignores a flag that it does not know, and a value that stands alone
 * would then become its "flavor" argument.
 * @param place of the zone that they are in, from 0, where there are zones
 */
export function flagsFor(mcrouter: Mcrouter, place = 0): string[] {
  const { routers } = mcrouter
  const { untilDown } = routers.timeouts
  return [
    `--config-file=${CONFIG_DIRECTORY}/${CONFIG_KEY}`,
    ...(routers.clientTls?.plain === false ? [] : [`--port=${routers.port}`]),
    ...clientTlsFlags(routers.clientTls),
    ...serverTlsFlags(mcrouter),
    `--num-proxies=${routers.threads}`,
    `--max-conns=${routers.maxConnections}`,
    ...NO_DISK,
    `--debug-fifo-root=${routers.debugFifoRoot}`,
    ...QUICK,
    ...(untilDown === OWN_UNTIL_DOWN ? [] : [`--timeouts-until-tko=${untilDown}`]),
    ...(place === 0 ? [] : [`--route-prefix=${routePrefix(place)}`]),
    ...routers.args,
  ]
}

/**
 * mcrouter wants a CA also where it asks no client for a certificate, and takes no connection without one that it can read
 * (mcrouter/lib/network/AsyncMcServer.cpp, ThreadLocalSSLContextProvider.cpp); not every issuer gives one. Then the certificate
 * itself is in its place.
 */
function clientTlsFlags(tls: ClientTls | undefined): string[] {
  if (tls === undefined) return []
  const requires = tls.requireClientCertificate
  return [
    `--ssl-port=${tls.port}`,
    `--server-pem-cert-path=${CLIENT_TLS_DIRECTORY}/tls.crt`,
    `--server-pem-key-path=${CLIENT_TLS_DIRECTORY}/tls.key`,
    `--server-pem-ca-path=${CLIENT_TLS_DIRECTORY}/${requires ? 'ca.crt' : 'tls.crt'}`,
    ...(requires ? ['--ssl-require-peer-certs'] : []),
  ]
}

/** Without the first, mcrouter reads no CA and takes any certificate (mcrouter/ProxyDestination.cpp). */
function serverTlsFlags({ routers: { serverTls }, pools }: Pick<Mcrouter, 'routers' | 'pools'>): string[] {
  if (serverTls === undefined && !pools.some(isIssued)) return []
  const own = [
    `--pem-cert-path=${SERVER_TLS_DIRECTORY}/tls.crt`,
    `--pem-key-path=${SERVER_TLS_DIRECTORY}/tls.key`,
  ]
  return [
    '--ssl-verify-peers',
    `--pem-ca-path=${SERVER_TLS_DIRECTORY}/ca.crt`,
    ...(serverTls?.clientCertificate ? own : []),
  ]
}

/**
 * How many files a router can have open, as far as its flags decide: `--max-conns` raises the soft limit of open files, 1,024 in
 * the containers of some nodes, to as much of it as the hard limit allows (mcrouter/lib/network/AsyncMcServer.cpp,
 * setMaxConnections). Releases 37 and 40 only count, and keep the soft limit of their node, which nothing outside can tell.
 *
 * @param release of the router that runs; undefined when it is not known
 */
export function mostFiles(release: Release | undefined): number {
  return release === '37' || release === '40' ? Number.POSITIVE_INFINITY : UNLIMITED_CLIENTS
}

/** How many clients a router takes before it closes connections of others that are idle; no number where its release only counts them. */
export function mostClients(release: Release | undefined, maxConnections: number): number {
  return release === '37' || release === '40' ? Number.POSITIVE_INFINITY : maxConnections
}

/** How many timeouts in a row are too many for mcrouter itself: then it is not told. */
const OWN_UNTIL_DOWN = 3

/** Nothing is left on disk: the root file system is read-only, and a saved configuration would hide a broken one. */
const NO_DISK = [
  // Spooled deletes would be reported as done, and nothing ever replays them.
  '--asynclog-disable',
  '--config-dump-root=',
  '--stats-root=',
  '--stats-logging-interval=0',
]

/**
 * Milliseconds. A restarted server is left out until it is probed (8 to 12 seconds with mcrouter's defaults), and what is
 * written meanwhile leaves an older value there. Each probe is a lookup that holds up a proxy thread, so not sooner.
 */
const QUICK = ['--probe-timeout-initial=100', '--probe-timeout-max=200', '--reconfiguration-delay-ms=100']
