import t from 'tap'
import { fenced, isCurrent, isOvertaken } from '../../../reconciler/plan/fence.ts'
import { GENERATION_ANNOTATION } from '../../../schemas/well-known.ts'
import { MCROUTER } from '../reconcile-context.ts'
import { statefulSetWith } from '../reconcile-report.ts'

const stored = { ...MCROUTER, metadata: { ...MCROUTER.metadata, generation: 7 } }
const manifest = (kind: string) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'cache-memcached', namespace: 'shop', labels: {}, annotations: { other: 'kept' } },
})

t.test('the StatefulSet and the ConfigMap say which spec they were planned from', async (t) => {
  for (const kind of ['StatefulSet', 'ConfigMap']) {
    const annotations = { other: 'kept', [GENERATION_ANNOTATION]: '7' }
    t.match(fenced(manifest(kind), stored).metadata, { annotations })
  }
  t.equal(fenced(manifest('Service'), stored).metadata.annotations?.[GENERATION_ANNOTATION], undefined)
})

t.test('an object is current when it was planned from the spec of now', async (t) => {
  const child = (generation: string) => ({
    ...statefulSetWith(2),
    owned: { metadata: { annotations: { [GENERATION_ANNOTATION]: generation } } },
  })
  t.ok(isCurrent(child('7'), stored))
  t.notOk(isCurrent(child('6'), stored))
  t.notOk(isCurrent(statefulSetWith(2), stored), 'one of an earlier release is not')
})

t.test('a manifest is overtaken by an object that was planned from a later spec', async (t) => {
  const live = (annotations?: Record<string, string>) => ({
    ...MCROUTER,
    metadata: { ...MCROUTER.metadata, ...(annotations && { annotations }) },
  })
  const ours = fenced(manifest('StatefulSet'), stored)
  t.ok(isOvertaken(ours, live({ [GENERATION_ANNOTATION]: '8' })))
  t.notOk(isOvertaken(ours, live({ [GENERATION_ANNOTATION]: '7' })))
  t.notOk(isOvertaken(ours, live()))
})
