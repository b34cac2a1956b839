import type { Test } from 'tap'
import type { JsonObject } from '../../../schemas/json.ts'
import { get, textAt } from '../support/cluster.ts'

/** Servers that others run, which two examples share: to one they are its cache, to the other its old one. */
const OTHERS = ['others-0', 'others-1']

export function hostsOf(namespace: string): string[] {
  return OTHERS.map((name) => `${name}.others.${namespace}.svc.cluster.local`)
}

/** Pods of the suite, of which the operator knows names alone. */
export function othersOf(namespace: string): JsonObject[] {
  const metadata = { namespace, labels: { app: 'others' } }
  const securityContext = {
    runAsNonRoot: true,
    runAsUser: 11_211,
    seccompProfile: { type: 'RuntimeDefault' },
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
  }
  const spec = {
    clusterIP: 'None',
    publishNotReadyAddresses: true,
    selector: { app: 'others' },
    ports: [{ port: 11_211 }],
  }
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: { ...metadata, name: 'others' }, spec },
    ...OTHERS.map((name) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, name },
      spec: {
        hostname: name,
        subdomain: 'others',
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: 0,
        containers: [
          { name: 'memcached', image: 'memcached:1.6-alpine', args: ['-m', '32'], securityContext },
        ],
      },
    })),
  ]
}

/** Of each, what would not be the same had somebody changed, replaced or restarted it. */
export async function stateOfOthers(namespace: string): Promise<unknown[]> {
  const pods = await Promise.all(OTHERS.map((name) => get(['-n', namespace, 'pod', name])))
  return pods.map((pod) => {
    const { labels, ownerReferences, generation } = Object(Object(pod).metadata)
    const [uid, restarts] = ['metadata.uid', 'status.containerStatuses.0.restartCount'].map((path) =>
      textAt(pod, path),
    )
    return { uid, restarts, labels, ownerReferences, generation }
  })
}

/** @param before what {@link stateOfOthers} was */
export async function othersAreAsTheyWere(t: Test, namespace: string, before: unknown[]): Promise<void> {
  t.ok(before.length === OTHERS.length)
  t.strictSame(await stateOfOthers(namespace), before)
}
