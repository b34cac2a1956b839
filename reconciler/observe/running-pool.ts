import { isZoned } from '../../schemas/layout.ts'
import type { Mcrouter, Pool } from '../../schemas/mcrouter.ts'
import type { Observed } from './caches.ts'
import { itemSizeIn } from './item-size.ts'
import { serversOf } from './tier.ts'
import { record, records, text } from './untyped.ts'
import { statefulSetOf } from './workload.ts'

/**
 * A pool with that of its servers on which routers depend, their port, TLS and largest item, as its StatefulSet has them: while the spec
 * says nothing of own servers, what it is taken to say are defaults.
 */
export function asItRuns(
  pool: Pool,
  mcrouter: Pick<Mcrouter, 'name'>,
  { children, pods }: Pick<Observed, 'children' | 'pods'>,
): Pool {
  // Where its copies are in zones, each has the same.
  const copy = isZoned(pool) ? 0 : undefined
  const spec = record(statefulSetOf(mcrouter, pool.name, children, copy)?.owned.spec)
  const podSpec = record(record(spec.template).spec)
  const [container] = records(podSpec.containers)
  const args = Array.isArray(container?.args) ? container.args.map(text) : []
  // As the words of a command line that the operator wrote (render/model.ts).
  const port = args.includes('-p') ? args[args.indexOf('-p') + 1] : undefined
  const found = serversOf(pods, pool.name).find(({ port }) => port > 0)?.port
  const [secret] = records(podSpec.volumes).flatMap((volume) => text(record(volume.secret).secretName) || [])
  const { tls: _, ...rest } = pool
  return {
    ...rest,
    ...(secret !== undefined && { tls: { secretName: secret } }),
    port: Number(port ?? found ?? pool.port),
    maxItemSize: itemSizeIn(args) || pool.maxItemSize,
  }
}
