import { TestAuthority } from '../../support/certificate.ts'
import type { Client } from '../support/client.ts'
import { apply, get, list, textAt } from '../support/cluster.ts'
import type { Mcrouter } from '../support/mcrouter.ts'

/** A change of the spec that is made of several objects, or leads from one to another. */
export interface Change {
  readonly what: string
  /** Of the spec of v1beta1. */
  readonly patch: object
  /** Half of it is done. */
  readonly reached: () => Promise<boolean>
  /** What is there in the end, and what of it is missing yet. */
  readonly missing: () => Promise<readonly string[]>
  readonly replacesRouters: boolean
}

/** With the release that is the default of v1alpha3, routers have no TLS for clients. */
const CURRENT = { image: 'devan2502/mcrouter:v2026.08.17.00', release: 'current' }

export async function changesOf(mcrouter: Mcrouter, client: Client): Promise<readonly Change[]> {
  const { name, namespace, host } = mcrouter
  const of = (kind: string) => list(['-n', namespace, kind, '-l', `app.kubernetes.io/instance=${name}`])
  const names = async (kind: string) => (await of(kind)).map((object) => textAt(object, 'metadata.name'))
  const files = await (await TestAuthority.create()).issue({ name: host })
  const metadata = { name: 'routers-tls', namespace }
  await apply([{ apiVersion: 'v1', kind: 'Secret', metadata, stringData: files }])
  return [
    {
      what: 'a policy was made',
      patch: { access: { from: [{ podSelector: {} }] } },
      reached: async () => (await of('networkpolicies')).length > 0,
      missing: async () => {
        const there = await names('networkpolicies')
        return [name, `${name}-memcached`].filter((one) => !there.includes(one))
      },
      replacesRouters: false,
    },
    {
      what: 'routers were told of TLS',
      patch: { router: { ...CURRENT, tls: { clients: { secretName: metadata.name } } } },
      reached: async () => JSON.stringify(await of('deployments')).includes(metadata.name),
      missing: async () => {
        const { kind, text } = await client.tell({ host, port: 5001, ca: files['ca.crt'] }, 'version')
        return kind === 'text' ? [] : [text]
      },
      replacesRouters: true,
    },
    {
      what: 'the DaemonSet was made',
      patch: { router: { replicas: null, placement: 'Node' } },
      reached: async () => (await of('daemonsets')).length > 0,
      missing: async () => {
        const former = await names('deployments')
        const ready = textAt(await get(['-n', namespace, 'daemonset', name]), 'status.numberReady')
        return [...former.map((one) => `that ${one} goes`), ...(ready === '1' ? [] : ['a router'])]
      },
      replacesRouters: true,
    },
  ]
}
