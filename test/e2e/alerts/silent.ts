import { critical, type Fault, warning } from './fault.ts'
import type { Stage } from './stage.ts'

/** Processes that are stopped: they take connections and answer nothing. */
export const SILENT: readonly Fault[] = [
  {
    name: 'the only router hangs while the pool is to shrink',
    fires: [
      critical('hung', 'McrouterUnavailable'),
      critical('hung', 'McrouterRouterDown'),
      warning('hung', 'McrouterScaleStuck'),
    ],
    async inflict(stage) {
      await stage.freeze(await podOf(stage, 'hung', 'mcrouter'))
      await stage.patch('hung', { memcached: { shards: 1 } })
    },
    repair: (stage) => thawAll(stage, 'hung'),
  },
  {
    name: 'one of two routers hangs',
    fires: [warning('pair', 'McrouterRouterDown')],
    inflict: async (stage) => stage.freeze(await podOf(stage, 'pair', 'mcrouter')),
    repair: (stage) => thawAll(stage, 'pair'),
  },
  {
    name: 'the copy hangs that is asked first',
    fires: [
      warning('copies', 'McrouterServerDown'),
      warning('copies', 'McrouterErrors'),
      warning('copies', 'McrouterFailoverSustained'),
      critical('copies', 'MemcachedDown'),
    ],
    async inflict(stage) {
      await stage.load('copies')
      // Both copies have to answer it.
      const add = { target: stage.routers('copies'), command: 'add once 0 0 1\r\n1', clients: 1, pauseMs: 50 }
      await stage.client.repeat('adds', add)
      await stage.freeze(await stage.askedFirst('copies'))
    },
    async repair(stage) {
      await thawAll(stage, 'copies')
      await stage.client.stop('adds')
    },
  },
  {
    name: 'a server hangs that has keys nobody else has',
    fires: [
      critical('shards', 'McrouterServerDown'),
      critical('shards', 'McrouterErrors'),
      critical('shards', 'MemcachedDown'),
    ],
    async inflict(stage) {
      await stage.load('shards')
      await stage.freeze(await podOf(stage, 'shards', 'memcached'))
    },
    repair: (stage) => thawAll(stage, 'shards'),
  },
  {
    name: 'a server hangs, and only one of two routers is used',
    fires: [warning('split', 'McrouterRoutersDisagree')],
    async inflict(stage) {
      await stage.load('split', { target: await stage.router('split') })
      await stage.freeze(await podOf(stage, 'split', 'memcached'))
    },
    repair: (stage) => thawAll(stage, 'split'),
  },
]

type Frozen = 'hung' | 'pair' | 'copies' | 'shards' | 'split'

async function podOf(stage: Stage, name: Frozen, component: 'memcached' | 'mcrouter'): Promise<string> {
  const [first] = await stage.the(name).pods(component)
  if (first === undefined) throw new Error(`${name} has no ${component}`)
  return first
}

/** Without load a router learns of a server that is back by its own probes. */
async function thawAll(stage: Stage, name: Frozen): Promise<void> {
  const mcrouter = stage.the(name)
  const pods = [...(await mcrouter.pods('memcached')), ...(await mcrouter.pods('mcrouter'))]
  await Promise.all(pods.map((pod) => stage.thaw(pod)))
}
