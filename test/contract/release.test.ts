import t from 'tap'
import { configMaps, pods } from '../../reconciler/kube/resources.ts'
import { GENERATION_ANNOTATION } from '../../schemas/well-known.ts'
import { eventually } from '../../testing/deadline.ts'
import { at } from '../support/at.ts'
import { startBareCluster } from '../support/bare-cluster.ts'
import { reconciledNamespace } from '../support/reconciler/namespace.ts'

const cluster = await startBareCluster(t)
const { get, kubelet, list } = cluster

const OLD = { mcrouter_image: 'registry.example.com/mcrouter:0.37', mcrouter_release: '37' }
const NEW = { mcrouter_image: 'registry.example.com/mcrouter:0.41', mcrouter_release: '41' }

function imageOf(pod: unknown): unknown {
  return at(pod, 'spec', 'containers', 0, 'image')
}

t.test(
  'a configuration that the routers before cannot read is published after the last of them',
  async (t) => {
    const { want, settled, reason } = await reconciledNamespace(t, cluster, 'release')
    const spec = { pool_setup: 'sharded', mcrouter_replicas: 1 }
    const config = async () => {
      const { metadata, data } = (await get(configMaps, 'release', 'cache-config')) ?? {}
      const planned = Number(at(metadata, 'annotations', GENERATION_ANNOTATION))
      return { planned, newer: /"gat"/.test(String(at(data, 'config.json'))) }
    }
    /** Replaces the routers, and resolves to what is published while the one that is new does not start. */
    const whileStuck = async (wanted: typeof NEW) => {
      await kubelet.decide((pod) => (imageOf(pod) === wanted.mcrouter_image ? 'pending' : 'ready'))
      const generation = at(await want({ ...spec, ...wanted }), 'metadata', 'generation')
      await eventually('a new router is there', async () =>
        (await list(pods, 'release')).some((pod) => imageOf(pod) === wanted.mcrouter_image),
      )
      await eventually('it is said', async () => (await reason('Progressing')) === 'RollingOut')
      await eventually('a pass was over', async () => (await config()).planned === generation)
      return await config()
    }
    await want({ ...spec, ...OLD })
    await settled()
    t.match(await whileStuck(NEW), { newer: false }, 'a router of before may start again')

    await kubelet.decide(() => 'ready')
    await eventually('all routers can read it', async () => (await config()).newer)
    await settled()

    t.match(await whileStuck(OLD), { newer: false }, 'a router of the older release can start')
    await kubelet.decide(() => 'ready')
    await settled()
  },
)
