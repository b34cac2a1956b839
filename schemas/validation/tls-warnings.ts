import type { ApiVersion } from '../api-version.ts'
import type { Mcrouter } from '../mcrouter.ts'
import { isIssued } from '../tls.ts'
import type { Warning } from './violation.ts'

/** Of what TLS does not protect, or cuts off. */
export function tlsWarnings(now: Mcrouter, version: ApiVersion, before?: Mcrouter): Warning[] {
  return [...closedPort(now, version, before), ...unverified(now, version)]
}

function unverified({ routers, pools }: Mcrouter, { fieldPath }: ApiVersion): Warning[] {
  const speaksTls = pools.some(({ tls, external }) => tls !== undefined || external.some((one) => one.tls))
  if (!speaksTls || routers.serverTls !== undefined || pools.some(isIssued)) return []
  return [
    `spec.${fieldPath('routers.serverTls')} is not set: routers speak TLS to servers and look at no certificate, so that whoever is in between can answer for them; name a Secret with the CA of the servers in ca.crt`,
  ]
}

function closedPort(now: Mcrouter, version: ApiVersion, before?: Mcrouter): Warning[] {
  const { clientTls } = now.routers
  if (clientTls === undefined || clientTls.plain || before?.routers.clientTls?.plain === false) return []
  const path = `spec.${version.fieldPath('routers.clientTls')}`
  const cutOff = `${path}.plain is false: clients lose port ${before?.routers.port} at once, and find port ${clientTls.port} once a router is replaced; have both ports first, and close the one without TLS when nobody uses it`
  const unasked = `${path} requires client certificates and leaves no port without TLS: the operator has none, so that a scale waits as long as routers may take, and a router that hangs is not noticed`
  return [...(before === undefined ? [] : [cutOff]), ...(clientTls.requireClientCertificate ? [unasked] : [])]
}
