import type { Clock } from '../../process/clock.ts'
import { statisticsIn } from '../../process/statistics.ts'
import { ServerError } from '../give-up.ts'
import { classicDialect } from './classic.ts'
import { Connection } from './connection.ts'
import { type Address, type Dial, textOf } from './dial.ts'
import { metaDialect } from './meta.ts'
import { Server, type Understood } from './server.ts'

/** The first with meta commands as they are now: https://github.com/memcached/memcached/wiki/ReleaseNotes1610 */
const META_SINCE = [1, 6, 10] as const
/** Lives for a second, under a name that nobody else has. */
const PROBE = 'mcrouter-operator-copier-probe'

/**
 * Asks a server what it understands.
 * @param isClassic has it spoken to as 1.5 was, whatever it understands
 * @throws {ServerError} when it does not answer
 */
export async function look(address: Address, dial: Dial, clock: Clock, isClassic: boolean): Promise<Server> {
  const connection = new Connection(dial(address), clock)
  try {
    return new Server(address, await understood(connection, isClassic), dial, clock)
  } catch (error) {
    const where = textOf(address)
    if (error instanceof ServerError) throw new ServerError(`${where}: ${error.message}`, { cause: error })
    throw error
  } finally {
    connection.close()
  }
}

async function understood(connection: Connection, isClassic: boolean): Promise<Understood> {
  const [version, settings] = await connection.exchange([
    [Buffer.from('version\r\n')],
    [Buffer.from('stats settings\r\n')],
  ])
  const values = statisticsIn(settings?.lines ?? [])
  const hasCas = values.get('cas_enabled') !== 'no'
  const release = releaseIn(version?.line ?? '')
  const isMeta = !isClassic && isSince(release, META_SINCE)
  return { dialect: isMeta ? metaDialect(await givesCas(connection)) : classicDialect, hasCas }
}

/** Of `VERSION 1.6.18`, or with more words behind it. */
function releaseIn(line: string): readonly number[] {
  const [, release] = /^VERSION (\d+\.\d+\.\d+)/.exec(line) ?? []
  if (release === undefined) throw new ServerError(`it does not tell its version: ${line.slice(0, 80)}`)
  return release.split('.').map(Number)
}

function isSince(release: readonly number[], since: readonly number[]): boolean {
  for (const [index, least] of since.entries()) {
    const number = release[index] ?? 0
    if (number !== least) return number > least
  }
  return true
}

/** Whether it understands `E`; one that does not refuses the line, and takes the value for another, which is refused as well. */
async function givesCas(connection: Connection): Promise<boolean> {
  const [reply] = await connection.exchange([[Buffer.from(`ms ${PROBE} 1 T1 E99 c\r\nx\r\n`)]])
  return reply?.line === 'HD c99'
}
