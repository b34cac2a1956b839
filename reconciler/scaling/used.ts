import { serversIn } from '../../schemas/layout.ts'
import type { KubeObject } from '../kube/api.ts'
import { layoutsIn, recordedZones } from '../observe/last-status.ts'
import type { Pod } from '../observe/pod.ts'
import { type Published, routedTo, zonedTo } from '../observe/published.ts'
import { lostRouting, recordedServers } from './lost-config.ts'
import type { PoolSize } from './pool-size.ts'

/** The own servers of a pool that routers use. */
export interface Used {
  readonly servers: number
  readonly copies: number
  /** Whether each copy is in a zone: those are the first of the places. */
  readonly zoned: boolean
}

/** How many servers of a StatefulSet those are. @param copy undefined of that which is in no zone */
export function usedOf(copy: number | undefined, { servers, copies, zoned }: Used): number {
  if (!zoned) return copy === undefined ? servers : 0
  return copy !== undefined && copy < copies ? Math.floor(servers / copies) : 0
}

/**
 * What routers use of a pool, by what is published; where that is lost by the status, and where that says nothing they may use all that
 * runs. Undefined where no router was ever told of any.
 */
export function usedNow(
  { name, units }: PoolSize,
  published: Published | undefined,
  stored: KubeObject,
  pods: readonly Pod[],
): Used | undefined {
  if (published !== undefined) {
    const servers = routedTo(published, name)
    const copies = zonedTo(published, name)
    return copies > 0
      ? { servers, copies, zoned: true }
      : { servers, copies: copiesOf(published, name), zoned: false }
  }
  const { status = {} } = stored
  const layout = layoutsIn(status)?.get(name)
  if (layout !== undefined)
    return {
      servers: serversIn(layout),
      copies: layout.copies,
      zoned: recordedZones(status, name).length > 0,
    }
  // It lists those of which routers use some: where they were told of others', or of none yet, those that run are waited for.
  if (recordedServers(stored, name) === 0) return NOTHING
  return running(units) ?? (lostRouting(name, undefined, 0, pods) === undefined ? undefined : NOTHING)
}

const NOTHING: Used = { servers: 0, copies: 1, zoned: false }

function copiesOf({ copies = {} }: Published, name: string): number {
  return (Object.hasOwn(copies, name) ? copies[name] : undefined) ?? 1
}

/** Undefined where nothing runs. */
function running(units: PoolSize['units']): Used | undefined {
  const inZones = units.filter(({ copy }) => copy !== undefined)
  const gap = inZones.findIndex((unit, place) => unit.copy !== place || unit.running === 0)
  const copies = gap < 0 ? inZones : inZones.slice(0, gap)
  if (copies.length > 0) {
    const shards = Math.min(...copies.map((unit) => unit.running))
    return { servers: shards * copies.length, copies: copies.length, zoned: true }
  }
  const servers = units.find(({ copy }) => copy === undefined)?.running ?? 0
  return servers === 0 ? undefined : { servers, copies: 1, zoned: false }
}
