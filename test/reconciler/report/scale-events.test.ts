import t from 'tap'
import { type Progress, scaleEvents } from '../../../reconciler/report/scale-events.ts'
import type { Confirmation } from '../../../reconciler/routers/confirmation.ts'
import { OLDEST } from '../../../routing/release.ts'
import { V1ALPHA3 } from '../../../schemas/v1alpha3/version.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { deploymentWith } from '../reconcile-report.ts'
import { poolWith, scalingWith } from '../scaling/pool.ts'

const NOW = Date.UTC(2026, 0, 1)

function progress(confirmation: Confirmation, rest: Partial<Progress> = {}, overdue = false): Progress {
  const scaling = scalingWith({
    pool: poolWith({ publishedAt: NOW, confirmedAt: confirmation.since }),
    published: { digest: 'd2', routed: { main: 2 }, features: OLDEST, filling: false, at: NOW },
    confirmation,
    overdue,
  })
  return {
    scaling,
    pools: mcrouterWith({ topology: 'sharded' }).pools,
    release: '37',
    fieldPath: V1ALPHA3.fieldPath,
    recorded: undefined,
    routers: [deploymentWith(2)],
    ...rest,
  }
}

const reasons = (of: Progress) => scaleEvents(of).map(({ reason }) => reason)

t.test('a configuration is told to be confirmed once', async (t) => {
  const all: Confirmation = { states: [{ pod: 'r-0', runs: 'published' }], since: NOW }
  t.strictSame(reasons(progress(all)), ['ConfigConfirmed'])
  t.strictSame(reasons(progress(all, { recorded: { digest: 'd2', since: NOW } })), [])
})

t.test('with it, that a router is of another release than the spec says', async (t) => {
  const version = '2026.08.17.00 mcrouter'
  const all: Confirmation = {
    states: [0, 1].map((ordinal) => ({ pod: `r-${ordinal}`, runs: 'published', version })),
    since: NOW,
  }
  t.match(scaleEvents(progress(all)), [
    { reason: 'ConfigConfirmed' },
    {
      type: 'Warning',
      reason: 'ReleaseDiffers',
      note: /^r-0 is mcrouter 2026.08.17.00, and mcrouter_release is "37"/,
    },
  ])
  t.strictSame(reasons(progress(all, { release: 'current' })), ['ConfigConfirmed'])
  t.strictSame(reasons(progress(all, { recorded: { digest: 'd2', since: NOW } })), [], 'once')
})

t.test('a router that refuses it is told of, unless it is being replaced by one that may not', async (t) => {
  const refused: Confirmation = { states: [{ pod: 'r-0', runs: 'refused' }], since: undefined }
  t.strictSame(reasons(progress(refused)), ['ConfigRefused'])
  const rolling = deploymentWith(2, { updatedReplicas: 1 })
  t.strictSame(reasons(progress(refused, { routers: [rolling] })), [])
  const conditions = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }]
  const stuck = deploymentWith(2, { updatedReplicas: 1, conditions })
  t.strictSame(reasons(progress(refused, { routers: [stuck] })), ['ConfigRefused'])
})

t.test('a router that is late is told of when its time is over', async (t) => {
  const late: Confirmation = { states: [{ pod: 'r-0', runs: 'old' }], since: undefined }
  t.strictSame(reasons(progress(late)), [])
  t.strictSame(reasons(progress(late, {}, true)), ['ConfigUnconfirmed'])
})
