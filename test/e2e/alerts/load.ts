import { CONNECTIONS, limited } from './caches.ts'
import { critical, type Fault, info, warning } from './fault.ts'
import type { Stage } from './stage.ts'

const KIB = 1024
/** More than twice what a server of 16Mi holds. */
const TOO_MUCH = { keys: 400, valueBytes: 100 * KIB, clients: 2 }
/** With each a router of 40Mi is out of memory, since it holds a value more than once. */
const HUGE = { keys: 4, valueBytes: 12 * KIB * KIB, clients: 1, pauseMs: 1000 }
/** Most of them wait for a server that answers some hundreds of requests a second. */
const MANY = { clients: 250, pauseMs: 80 }

/** Too much of something. */
export const LOAD: readonly Fault[] = [
  {
    name: 'more is written than a server holds',
    fires: [info('small', 'MemcachedEvictingYoung')],
    inflict: (stage) => stage.load('small', { ...TOO_MUCH, target: stage.server('small') }),
    repair: (stage) => stage.calm('small'),
  },
  {
    name: 'more is written than a server holds that may not evict',
    fires: [warning('full', 'MemcachedSlabOutOfMemory')],
    inflict: (stage) => stage.load('full', { ...TOO_MUCH, target: stage.server('full') }),
    repair: (stage) => stage.calm('full'),
  },
  {
    name: 'others use most connections of a server',
    fires: [warning('pair', 'MemcachedConnectionsNearLimit')],
    inflict: (stage) => gather(stage, 'pair', 0.88),
    repair: (stage) => stage.calm('pair'),
  },
  {
    name: 'others use almost all connections of a server',
    fires: [critical('expiring', 'MemcachedConnectionsNearLimit')],
    inflict: (stage) => gather(stage, 'expiring', 0.96),
    repair: (stage) => stage.calm('expiring'),
  },
  {
    name: 'values are larger than the memory of a router',
    fires: [warning('killed', 'McrouterMemoryNearLimit')],
    inflict: (stage) => stage.load('killed', { ...HUGE, from: stage.heavy }),
    async repair(stage) {
      await stage.heavy.stop('killed')
      // It counts as restarting again and again for half an hour.
      await stage.delete(await stage.the('killed').pods('mcrouter'))
    },
  },
  {
    name: 'a server is slow, since it has a hundredth of a CPU, and not dead',
    fires: [warning('queue', 'McrouterQueueing')],
    async inflict(stage) {
      await stage.patch('queue', { memcached: { pod: limited({ cpu: '10m' }) } })
      await stage.the('queue').carriedOut()
      await stage.load('queue', { ...MANY, from: stage.heavy })
    },
    async repair(stage) {
      await stage.heavy.stop('queue')
    },
  },
]

async function gather(stage: Stage, name: 'pair' | 'expiring', share: number): Promise<void> {
  const connections = Math.floor(CONNECTIONS * share)
  await stage.client.gather(name, { target: stage.server(name), connections })
}
