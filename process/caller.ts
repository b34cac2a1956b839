import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

/**
 * Whether it shows a certificate for clients, in date, that a CA of the listener signed: OpenSSL has verified that.
 * `authorized` alone would not do: Node also sets it for a TLS 1.3 session that is resumed without any certificate
 * (deps/ncrypto/ncrypto.cc, VerifyPeerCertificate).
 */
export function isKnownCaller(socket: Socket): boolean {
  return socket instanceof TLSSocket && socket.authorized && socket.getPeerX509Certificate() !== undefined
}
