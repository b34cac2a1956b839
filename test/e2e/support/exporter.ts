import { eventually } from '../../../testing/deadline.ts'
import { kubectlOk, textAt } from './cluster.ts'
import type { Mcrouter } from './mcrouter.ts'
import { RELEASE, SYSTEM } from './operator.ts'

const PORTS = { mcrouter: 5000, memcached: 11211 } as const

/** Waits until the exporter, which Prometheus asks through its Service, gets an answer from every pod of a Mcrouter. */
export async function allAreUp(mcrouter: Mcrouter): Promise<void> {
  for (const component of ['mcrouter', 'memcached'] as const)
    await eventually(`every ${component} of ${mcrouter.name} is up`, async () => {
      const pods = await mcrouter.podObjects(component)
      const told = await Promise.all(pods.map((pod) => probe(component, textAt(pod, 'status.podIP'))))
      return told.length > 0 && told.every((text) => isUp(component, text))
    })
}

function probe(module: keyof typeof PORTS, ip: string): Promise<string> {
  const service = `/api/v1/namespaces/${SYSTEM}/services/${RELEASE}-exporter:http/proxy`
  return kubectlOk(['get', '--raw', `${service}/probe?module=${module}&target=${ip}:${PORTS[module]}`])
}

function isUp(module: string, text: string): boolean {
  return new RegExp(`^${module}_up\\{.*\\} 1$`, 'm').test(text)
}
