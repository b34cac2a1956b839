import t from 'tap'
import type { KubeObject } from '../../reconciler/kube/api.ts'
import { ApiError } from '../../reconciler/kube/connection/errors.ts'
import type { Pod } from '../../reconciler/observe/pod.ts'
import { Vitals } from '../../reconciler/vitals/vitals.ts'
import { judge } from '../../schemas/validation/judge.ts'
import { TestClock } from '../support/clock.ts'
import { certificatesIn } from '../support/issued.ts'
import { child, MINUTE, pass, router, server, stored } from './one-pass.ts'

function listening(pod: KubeObject, name: string): KubeObject {
  return { ...pod, spec: { containers: [{ name, image: 'x', ports: [{ name, containerPort: 5000 }] }] } }
}

t.test(
  'whoever asks servers knows until when the certificate is good that was issued for them',
  async (t) => {
    const clock = new TestClock()
    const asked: Pod[] = []
    const ask = async (pod: Pod) => {
      asked.push(pod)
      return { kind: 'unreachable' as const, because: 'nobody is there' }
    }
    const vitals = new Vitals({ ask, clock, random: () => 0, onChange: () => {} })
    t.teardown(() => vitals.stop())
    const judgement = judge({ ...stored, spec: { memcached: { shards: 2, tls: { issuer: 'Operator' } } } })
    t.ok(judgement.accepted)
    if (!judgement.accepted) return
    const secrets: unknown[] = []
    await pass(
      clock,
      {
        mcrouter: { ...stored, spec: judgement.spec },
        children: [child('StatefulSet', 'cache-memcached', {})],
        pods: [
          listening(router('r-0', clock.now() - MINUTE), 'mcrouter'),
          listening(server(0, clock.now() - MINUTE), 'memcached'),
        ],
      },
      {
        merge: async ({ kind }) => {
          if (kind === 'Secret') throw new ApiError('not found', { status: 404, reason: 'NotFound' })
          return stored
        },
        create: async ({ kind }, object) => {
          if (kind === 'Secret') secrets.push(object.data)
          return { ...stored, ...object }
        },
      },
      {},
      { vitals, issueCertificates: true },
    )
    await clock.advance(MINUTE)
    const until = (component: string) => asked.find((pod) => pod.component === component)?.issuedUntil
    t.equal(until('memcached'), certificatesIn(secrets[0]).leaf.validToDate.getTime())
    t.ok(asked.some(({ component }) => component === 'mcrouter'))
    t.equal(until('mcrouter'), undefined)
  },
)
