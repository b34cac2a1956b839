import t from 'tap'
import { transformMcrouter } from '../../../reconciler/observe/mcrouter.ts'
import type { ReconcilerEvent } from '../../../reconciler/reconciler-event.ts'
import { sayAbandoned } from '../../../reconciler/report/deleted.ts'
import { MCROUTER, passWith } from '../reconcile-context.ts'

const conditions = [
  { type: 'Available', status: 'True', reason: 'Serving', message: '', lastTransitionTime: 'x' },
  { type: 'Ready', status: 'True', reason: 'Serving', message: '', lastTransitionTime: 'x' },
]

/** What is written and told of one with these finalizers. */
async function saidOf(finalizers: readonly string[], status: object = { conditions }) {
  const written: unknown[] = []
  const events: ReconcilerEvent[] = []
  const metadata = { ...MCROUTER.metadata, deletionTimestamp: 'x', finalizers }
  const merge = async (_resource: unknown, _key: unknown, patch: object) => {
    written.push(patch)
    return MCROUTER
  }
  await sayAbandoned(
    passWith({ merge }, events, transformMcrouter({ ...MCROUTER, metadata, status: { ...status } })),
  )
  return { written, events }
}

t.test("a Mcrouter that somebody's finalizer keeps says that it is looked after no more", async (t) => {
  const { written, events } = await saidOf(['foregroundDeletion', 'example.com/keep'])
  const message = /stays until its finalizers are gone: example\.com\/keep\. .*neither changed nor repaired/
  t.match(written, [
    {
      metadata: { resourceVersion: '1' },
      status: {
        conditions: [
          { type: 'Available', status: 'True' },
          { type: 'Degraded', status: 'True', reason: 'Deleting', message },
          { type: 'Ready', status: 'False', reason: 'Deleting', message },
        ],
      },
    },
  ])
  t.match(events, [{ type: 'Warning', reason: 'Abandoned', note: message }])
  const said = Object(written[0]).status
  t.strictSame(await saidOf(['example.com/keep'], said), { written: [], events: [] }, 'once')
})

t.test('one that goes at once does not', async (t) => {
  t.strictSame(await saidOf([]), { written: [], events: [] })
  t.strictSame(await saidOf(['foregroundDeletion']), { written: [], events: [] })
})
