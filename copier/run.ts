import { once } from 'node:events'
import type { Logger } from 'pino'
import { issueEphemeral } from '../certs/authority.ts'
import { systemClock as clock } from '../process/clock.ts'
import { Crawler } from './dump/crawler.ts'
import type { Flags } from './flags.ts'
import { KeyMemory } from './keys/key-memory.ts'
import type { Order } from './order.ts'
import { answer } from './port/answer.ts'
import { listen } from './port/listen.ts'
import { dialOver } from './servers/dial.ts'
import { look } from './servers/look.ts'
import type { WorkOptions } from './work.ts'
import { Works } from './works.ts'

/** Works until `stop` fires. Rejects with a ListenError when it cannot listen. */
export async function serve(flags: Flags, log: Logger, stop: AbortSignal): Promise<void> {
  const { host, port, clientCa, isClassic } = flags
  const memory = new KeyMemory(flags.keyMemory)
  const optionsOf = ({ tls }: Order): WorkOptions => {
    const dial = dialOver(tls ? { ca: flags.serverCa } : undefined)
    return {
      crawler: new Crawler({ dial, clock }),
      memory,
      clock,
      log,
      look: (address) => look(address, dial, clock, isClassic),
    }
  }
  const works = new Works(optionsOf)
  // Whom it talks to need not know it: what it is told and tells is no secret (docs/adr/0052-copier.md).
  const { certificate: cert, key } = await issueEphemeral(clock.now())
  const server = await listen({ host, port, clientCa, certificate: { cert, key } }, (request, response) => {
    answer(works, request, response).catch((error: unknown) => {
      log.error({ err: error }, 'an answer failed')
      response.destroy()
    })
  })
  log.info({ port }, 'listening')
  if (!stop.aborted) await once(stop, 'abort')
  await works.stop()
  server.close()
  server.closeAllConnections()
}
