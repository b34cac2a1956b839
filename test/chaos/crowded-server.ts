import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect } from 'node:tls'
import type { Test } from 'tap'
import { issueEphemeral } from '../../certs/authority.ts'
import { freePort, LOOPBACK } from '../../testing/control-plane/port.ts'
import { launchServer } from '../../testing/operator/launch.ts'
import { Children } from '../../testing/process/children.ts'
import { Volume } from '../server/volume.ts'
import { memoryLimitOf } from './limits.ts'

/** Bytes that a container of the server may have; it runs from its sources here, which takes more than the bundle. */
export const MEMORY = memoryLimitOf('server')

const files = await issueEphemeral(Date.now())
export const AUTHORITY = files.bundle

/** A server process with a certificate that clients trust; its port. */
export async function serve(t: Test): Promise<number> {
  const children = new Children('mcrouter-flood')
  t.teardown(() => children.end())
  const volume = new Volume(`${children.directory}/certificates`)
  await volume.write(files)
  const port = await freePort()
  await launchServer(children, { port, certificates: volume.directory, flags: ['--log-level=warn'] }).start()
  return port
}

export function secured(port: number): Socket {
  return connect({ port, host: LOOPBACK, ca: AUTHORITY })
}

export async function handshaken(port: number): Promise<Socket> {
  const socket = secured(port)
  await once(socket, 'secureConnect')
  return socket.on('error', () => {})
}

/** Of a request with a body of so many bytes. */
export function head(length: number, path = '/mutate'): string {
  return `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`
}
