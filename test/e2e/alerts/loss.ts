import { type Fault, warning } from './fault.ts'
import { SHORT } from './watch.ts'

const KEYS = 500
const { '1h': HOUR, '1d': DAY } = SHORT.windows
const HITS = 'memcached_commands_total{mcrouter="emptied", command="get", status="hit"}'

/** What clients have no longer, and what routers do not take. */
export const LOSS: readonly Fault[] = [
  {
    name: 'a server is killed and comes back empty',
    fires: [warning('emptied', 'MemcachedHitRatioDrop')],
    async inflict(stage) {
      await stage.client.fill({ target: stage.routers('emptied'), prefix: 'emptied', count: KEYS })
      await stage.load('emptied', { keys: KEYS, readOnly: true })
      // Yesterday, as it were, all hit.
      await stage.seen(`rate(${HITS}[${HOUR}] offset ${DAY}) > 0`)
      const [server = ''] = await stage.the('emptied').pods('memcached')
      await stage.kill(server)
    },
    repair: (stage) => stage.calm('emptied'),
  },
  {
    name: 'a router is older than its spec says',
    fires: [warning('refusing', 'McrouterConfigRefused'), warning('refusing', 'McrouterConfigMismatch')],
    inflict: (stage) => stage.patch('refusing', { router: { release: 'current' } }),
    repair: (stage) => stage.patch('refusing', { router: { release: '37' } }),
  },
]
