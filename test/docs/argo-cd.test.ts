import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { LuaFactory } from 'wasmoon'
import { statusOf } from '../../reconciler/report/status.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { podWith, serverPods } from '../reconciler/pod.ts'
import { findingsWith } from '../reconciler/reconcile-report.ts'

// The health check that docs/gitops.md gives for Argo CD, run by Lua as Argo CD runs it: with the object in `obj`.

const guide = readFileSync(fileURLToPath(new URL('../../docs/gitops.md', import.meta.url)), 'utf8')
const script = /```lua\n([\s\S]+?)```/.exec(guide)?.[1] ?? ''
const NOW = Date.UTC(2026, 0, 31, 12)
const COMPLETE = { conditions: [{ type: 'Progressing', status: 'False', reason: 'Complete' }] }

const lua = await new LuaFactory().createEngine()
t.teardown(() => lua.global.close())

async function health(status: JsonObject | undefined, generation = 3): Promise<unknown> {
  lua.global.set('obj', { metadata: { generation }, ...(status && { status }) })
  return await lua.doString(script)
}

t.test('nothing is healthy before the operator has looked at it', async (t) => {
  t.match(await health(undefined), { status: 'Progressing' })
  t.match(await health({ observedGeneration: -1 }), { status: 'Progressing' })
  t.match(await health(statusOf(findingsWith(), COMPLETE, NOW), 4), { status: 'Progressing' }, 'a newer spec')
})

t.test('a Mcrouter that is ready is healthy', async (t) => {
  t.match(await health(statusOf(findingsWith(), COMPLETE, NOW)), {
    status: 'Healthy',
    message: /^Serving: 2 routers/,
  })
})

t.test('one that starts is progressing, and says why it is not there yet', async (t) => {
  const trouble = { reason: 'ImagePullFailed' as const, message: 'Pod r-0 cannot get image nope' }
  const pods = [...serverPods(2), podWith({ component: 'mcrouter', ready: false, trouble })]
  t.match(await health(statusOf(findingsWith({ pods }), {}, NOW)), {
    status: 'Progressing',
    message: 'ImagePullFailed: Pod r-0 cannot get image nope',
  })
})

t.test('one that is degraded, or waits for a person, is degraded', async (t) => {
  const noRouter = findingsWith({ pods: serverPods(2) })
  t.match(await health(statusOf(noRouter, COMPLETE, NOW)), {
    status: 'Degraded',
    message: /^RouterNotReady: /,
  })
  const admission = {
    kind: 'invalid' as const,
    violations: [{ path: 'spec.x', reason: 'FieldValueInvalid' as const, message: 'no' }],
  }
  const invalid = { ...findingsWith({ admission }), scale: undefined }
  t.match(await health(statusOf(invalid, COMPLETE, NOW)), {
    status: 'Degraded',
    message: 'Invalid: spec.x: no',
  })
})
