import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

/** Where a router answers. */
export interface Address {
  readonly host: string
  readonly port: number
}

const SILENCE_MS = 10_000

/** What a router answers to some lines of the text protocol. */
export async function converse({ host, port }: Address, lines: readonly string[]): Promise<string> {
  const socket = connect(port, host)
  socket.setTimeout(SILENCE_MS, () => socket.destroy(new Error(`${host}:${port} does not answer`)))
  socket.write([...lines, 'quit', ''].join('\r\n'))
  return await text(socket)
}
