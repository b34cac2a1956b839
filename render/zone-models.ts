import { flagsFor } from '../routing/flags.ts'
import { copyName } from '../routing/servers.ts'
import { zonesIn } from '../schemas/layout.ts'
import type { Mcrouter, Pool } from '../schemas/mcrouter.ts'
import type { Model, PoolModel } from './model.ts'
import { zoneName } from './names.ts'
import type { RenderSettings } from './rendering.ts'
import { stepOf } from './routing.ts'
import { labelled, verbatim } from './workload.ts'

/** For each zone, what the template of the routers reads; for a Mcrouter without zones, the model itself. */
export function zoneModels(mcrouter: Mcrouter, model: Model): Model[] {
  const zones = zonesIn(mcrouter.pools)
  if (zones.length === 0) return [model]
  const { routers } = mcrouter
  return zones.map((zone, copy) => ({
    ...model,
    routers: {
      ...model.routers,
      ...labelled(mcrouter, 'mcrouter', routers.pod, { copy, zone }),
      name: zoneName(mcrouter, copy),
      replicas: shareOf(routers.replicas, copy, zones.length),
      args: flagsFor(mcrouter, copy).map(verbatim),
    },
  }))
}

/** Shared out evenly: what is left over is in the first zones. */
function shareOf(replicas: number, copy: number, zones: number): number {
  return Math.floor(replicas / zones) + (copy < replicas % zones ? 1 : 0)
}

/** For each copy of a pool that is in zones, what the template of its servers reads; for any other pool, the model itself. */
export function copyModels(
  mcrouter: Mcrouter,
  pool: Pool,
  model: PoolModel,
  settings: RenderSettings,
): PoolModel[] {
  const { name, zones } = pool
  if (zones.length === 0) return [model]
  const { servers, byCopy } = stepOf(pool, settings)
  return zones.map((zone, copy) => ({
    ...model,
    pool: {
      ...model.pool,
      ...labelled(mcrouter, { pool: name }, pool.pod, { copy, zone }),
      statefulSet: copyName(mcrouter, { pool: name, copy }),
      replicas: byCopy?.[copy] ?? Math.floor(servers / zones.length),
    },
  }))
}
