import t from 'tap'
import type { Child } from '../../../reconciler/observe/child.ts'
import { desiredObjects } from '../../../reconciler/stages/plan.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { applied, desiredOf } from '../plan/applied.ts'
import { MCROUTER } from '../reconcile-context.ts'

const OVERRIDES = { routers: { autoscaling: { min: 2, cpu: 70 } } }
const CHILDREN = desiredOf(OVERRIDES).map(applied)

const only = (wanted: string) => CHILDREN.filter(({ kind }) => kind === wanted)

/** Kinds of what is desired where these objects are there. */
function desired(children: readonly Child[]): string[] {
  const steps = new Map([['main', { servers: 2, routed: 2 }]])
  const settings = { clusterDomain: 'cluster.local', steps }
  const seen = { children, pods: [], held: [] }
  return desiredObjects(mcrouterWith(OVERRIDES), MCROUTER, seen, settings).desired.map(({ kind }) => kind)
}

const AUTOSCALER = 'HorizontalPodAutoscaler'

t.test(
  'an autoscaler waits for the Deployment, since that of the Ansible operator has its name',
  async (t) => {
    t.notOk(desired([]).includes(AUTOSCALER))
    t.ok(desired(only('Deployment')).includes(AUTOSCALER))
  },
)

t.test('one that is there stays when somebody deletes the Deployment', async (t) => {
  t.ok(desired(only(AUTOSCALER)).includes(AUTOSCALER))
})

t.test('nothing else waits for it', async (t) => {
  const others = [...new Set(CHILDREN.map(({ kind }) => kind))].filter((kind) => kind !== AUTOSCALER)
  t.same([...new Set(desired([]))], others)
})
