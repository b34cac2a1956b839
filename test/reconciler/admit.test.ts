import t from 'tap'
import { admit } from '../../reconciler/admit.ts'
import type { KubeObject } from '../../reconciler/kube/api.ts'
import { ApiError } from '../../reconciler/kube/errors.ts'
import { Memories } from '../../reconciler/memory.ts'
import type { News } from '../../reconciler/pass.ts'
import { judge } from '../../schemas/judge.ts'
import { MCROUTER, passWith } from './pass.ts'

const stored: KubeObject = { ...MCROUTER, spec: { poolSetup: 'sharded' } }
const memory = () => new Memories().of('shop/cache')

t.test('a spec that was stored without the webhook is written in its normalised form', async (t) => {
  const news: News[] = []
  const written: unknown[] = []
  const merge = async (_: unknown, __: unknown, body: object) => {
    written.push(body)
    return { ...stored, metadata: { ...stored.metadata, generation: 2 } }
  }
  const { admission } = await admit(passWith({ merge }, news, stored), memory(), 0, undefined)
  t.same(admission, { kind: 'normalising', problem: undefined })
  t.match(written, [{ metadata: { resourceVersion: '1' }, spec: { poolSetup: null, pool_setup: 'sharded' } }])
  t.match(news, [{ type: 'Normal', reason: 'Normalised' }])
})

t.test('nothing is tried, and nobody alarmed, while the webhook is still coming up', async (t) => {
  const news: News[] = []
  const admitted = await admit(passWith({}, news, stored), memory(), 0, 'connection refused')
  t.match(admitted, {
    admission: { kind: 'normalising', problem: 'connection refused' },
    lookAgainMs: 500,
  })
  t.same(news, [])
})

t.test('what is normalised already does not wait for it', async (t) => {
  const judgement = judge(stored)
  if (!judgement.accepted) throw new Error('it is valid')
  const pass = passWith({}, [], { ...stored, spec: judgement.spec })
  const { admission } = await admit(pass, memory(), 0, 'connection refused')
  t.equal(admission.kind, 'accepted')
})

t.test('a write that fails is told with its reason, but for a conflict, which is no news', async (t) => {
  const failing = (status: number) => async () => {
    throw new ApiError('failed calling webhook', { status, reason: 'InternalError' })
  }
  for (const [status, told] of [
    [500, 1],
    [409, 0],
  ] as const) {
    const news: News[] = []
    const { error } = await admit(passWith({ merge: failing(status) }, news, stored), memory(), 0, undefined)
    t.ok(error)
    t.equal(news.length, told)
  }
})
