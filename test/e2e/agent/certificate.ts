import { once } from 'node:events'
import { connect } from 'node:tls'
import type { Target } from './connection.ts'

/** The certificate that a TLS server presents; whether to trust it is not the question. */
export async function certificateOf(target: Target): Promise<{ fingerprint: string }> {
  const socket = connect({ ...target, rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const fingerprint = socket.getPeerX509Certificate()?.fingerprint256 ?? ''
  socket.destroy()
  return { fingerprint }
}
