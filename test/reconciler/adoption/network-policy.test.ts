import t from 'tap'
import { cutsOffOldRouters } from '../../../reconciler/adoption/network-policy.ts'
import type { KubeObject } from '../../../reconciler/kube/api.ts'
import { desiredObjects } from '../../../reconciler/stages/plan.ts'
import { RETIRING_ANNOTATION } from '../../../schemas/well-known.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { applied, desiredOf } from '../plan/applied.ts'
import { MCROUTER } from '../reconcile-context.ts'

const OVERRIDES = { access: { from: [{ podSelector: {} }] } }
const CHILDREN = desiredOf(OVERRIDES).map(applied)
const ROUTERS = CHILDREN.filter(({ kind }) => kind === 'Deployment')
const POLICIES = CHILDREN.filter(({ kind }) => kind === 'NetworkPolicy')
const RETIRING: KubeObject = {
  ...MCROUTER,
  metadata: { ...MCROUTER.metadata, annotations: { [RETIRING_ANNOTATION]: 'cache-5d4f' } },
}

/** Names of the policies that are desired where these objects are there. */
function desired(children: typeof CHILDREN, stored = MCROUTER): string[] {
  const settings = {
    clusterDomain: 'cluster.local',
    steps: new Map([['main', { servers: 2, routed: 2 }]]),
  }
  const seen = { children, pods: [], held: [] }
  return desiredObjects(mcrouterWith(OVERRIDES), stored, seen, settings)
    .desired.filter(({ kind }) => kind === 'NetworkPolicy')
    .map(({ metadata }) => metadata.name)
}

t.test(
  'policies follow the routers of ours: those of the Ansible operator have no label by which to admit them',
  async (t) => {
    t.same(desired([]), [])
    t.same(desired(ROUTERS), ['cache', 'cache-memcached'])
    const onNodes = desiredOf({ ...OVERRIDES, routers: { placement: 'Node' } }).map(applied)
    t.same(desired(onNodes.filter(({ kind }) => kind === 'DaemonSet')), ['cache', 'cache-memcached'])
  },
)

t.test('none is made while routers of the Ansible operator serve, and none is taken away', async (t) => {
  t.same(desired(ROUTERS, RETIRING), [])
  t.same(desired([...ROUTERS, ...POLICIES], RETIRING), ['cache', 'cache-memcached'])
  t.same(desired(POLICIES), ['cache', 'cache-memcached'], 'nor when somebody deletes the Deployment')
})

t.test('no other object waits for that', async (t) => {
  for (const manifest of desiredOf(OVERRIDES).filter(({ kind }) => kind !== 'NetworkPolicy'))
    t.notOk(cutsOffOldRouters(manifest, [], MCROUTER))
})
