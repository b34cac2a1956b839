import type { KubeObject } from '../../../../reconciler/kube/api.ts'
import { Recorder } from '../../../../reconciler/kube/events/events.ts'
import { kubeApi } from '../../../../reconciler/kube/objects.ts'
import type { JsonObject } from '../../../../schemas/json.ts'
import { ApiModel } from '../../../support/api-model/index.ts'
import { ModelSession } from '../../../support/api-model/session.ts'
import { TestClock } from '../../../support/clock.ts'

export const MINUTE = 60_000

export const MCROUTER: KubeObject = {
  apiVersion: 'mcrouter.example.com/v1alpha3',
  kind: 'Mcrouter',
  metadata: { namespace: 'shop', name: 'cache', uid: 'u1', resourceVersion: '7' },
}
export const SCALED = { type: 'Normal', reason: 'ScaledUp', action: 'Scale', note: '2 → 3 servers' } as const

/** A recorder before a model of the API server, with a clock that the test moves. */
export function fixture() {
  const clock = new TestClock()
  const model = new ApiModel()
  const session = new ModelSession(model, clock)
  const troubles: Error[] = []
  let randoms = 0
  const recorder = new Recorder({
    api: kubeApi(session),
    reporter: { controller: 'mcrouter.example.com/operator', instance: 'operator-0' },
    clock,
    random: () => (randoms++ % 1_000) / 1_000,
    onTrouble: (error) => troubles.push(error),
  })
  /** The events that the API server has. */
  const stored = (): JsonObject[] =>
    model.paths().map((path) => {
      const object = model.at(path) ?? {}
      return { ...object, path }
    })
  return { clock, model, session, recorder, troubles, stored }
}
