import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { addressText, whyNotListening } from '../../process/listening.ts'
import { codeOf } from '../../process/system-error.ts'
import { MCR_ERR_LISTEN } from '../errors/errors.ts'
import type { Flags } from '../flags.ts'
import { LIMITS } from './http-server.ts'

/**
 * Listens where the flags say; without a host on every address of both families, or of IPv4 where the
 * machine has no IPv6.
 * @returns HOST:PORT to reach it at; for port 0 the port is the system's choice
 * @throws MCR_ERR_LISTEN with what to do about it
 */
export async function listen(
  app: FastifyInstance,
  { host, port }: Pick<Flags, 'host' | 'port'>,
): Promise<string> {
  try {
    await listenOn(app, host ?? '::', port)
  } catch (error) {
    if (host !== undefined || codeOf(error) !== 'EAFNOSUPPORT') throw listenError(error, host, port)
    await listenOn(app, '0.0.0.0', port).catch((second) => {
      throw listenError(second, host, port)
    })
  }
  return reachable(app.server.address())
}

async function listenOn(app: FastifyInstance, host: string, port: number): Promise<void> {
  // As many may wait to be accepted as are held. Beyond that a client tries again after a second; Node's own is 511.
  await app.listen({ host, port, backlog: LIMITS.connections })
}

function listenError(error: unknown, host: string | undefined, port: number): Error {
  return new MCR_ERR_LISTEN(addressText(host, port), whyNotListening(error), { cause: error })
}

function reachable(address: AddressInfo | string | null): string {
  if (typeof address !== 'object' || address === null) return String(address)
  return `${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`
}
