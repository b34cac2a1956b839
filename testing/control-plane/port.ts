import { createServer } from 'node:net'

export const LOOPBACK = '127.0.0.1'

/** A TCP port of the loopback address that nobody listens on. Another process may still take it first: try again then. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, LOOPBACK, () => {
      const address = server.address()
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port)
        else reject(new Error('no port'))
      })
    })
  })
}
