import { isDeepStrictEqual } from 'node:util'
import { quote } from '../../../text/quote.ts'
import type { Field, Settings } from '../../fields.ts'
import { valueAt } from '../../fields.ts'
import { counting, isExternal, isZoned, zonesIn } from '../../layout.ts'
import type { Pool, Routers } from '../../mcrouter.ts'
import { ZONE_LABEL } from '../../well-known.ts'
import type { Violation } from '../violation.ts'
import { invalid, type PoolRule, type Rule, type Written } from './rule.ts'

/** A copy is in a zone of its own. What has one copy, as a gutter, is refused with several wherever it is said. */
const zonesRule: PoolRule = {
  needs: 'pool.zones',
  reads: ['pool.zones', 'pool.copies', 'pool.external', 'pool.topology', 'pool.shards', 'config'],
  ofPool: (pool, index, written, { config }) => {
    if (!isZoned(pool)) return []
    const { fieldPath } = written.version
    const complaints = [...numberComplaints(pool, index, written), ...repeated(pool.zones)]
    if (config !== undefined)
      complaints.push(`must be left out beside ${fieldPath('config')}, whose routes are all there are`)
    const path = fieldPath('pool.zones', index)
    const violations = complaints.map((words) => invalid(path, `${listed(pool.zones)}: ${words}`))
    return [...violations, ...ofCopies(pool, index, written)]
  },
}

function numberComplaints(pool: Pool, index: number, { version: { fieldPath } }: Written): string[] {
  const { zones, copies } = pool
  const external = fieldPath('pool.external', index)
  if (isExternal(pool)) return [`must be left out with ${external}: whoever runs servers chooses where`]
  if (zones.length === 1) return ['must have 2 zones or more: pod.nodeSelector holds servers to a single one']
  if (zones.length === copies) return []
  return [
    `must be as many as ${fieldPath('pool.copies', index)}, which is ${copies}: one copy is in each zone, and these are ${zones.length}`,
  ]
}

function repeated(zones: readonly string[]): string[] {
  const again = zones.find((zone, place) => zones.indexOf(zone) < place)
  return again === undefined ? [] : [`has ${quote(again)} twice: each copy is in a zone of its own`]
}

function listed(zones: readonly string[]): string {
  return quote(zones.join(', '))
}

/** A scale has a number, and cannot name the zone of a further copy. */
function ofCopies({ shards }: Pool, index: number, { spec, version }: Written): Violation[] {
  const { fieldPath, format, keysOf } = version
  // Of several shards it is refused with or without zones (replicas-of.ts).
  if (index > 0 || shards > 1) return []
  const said = valueAt(spec, keysOf('pool.topology'))
  if (said !== format('pool.topology', counting('copies'))) return []
  const must = `must be ${format('pool.topology', counting('shards'))}, or left out, with ${fieldPath('pool.zones')}: a scale cannot name the zone of a further copy`
  return [invalid(fieldPath('pool.topology'), `${quote(said)}: ${must}`)]
}

/** A router is in one zone, and each pool that has zones has a copy there. */
const sameZonesRule: Rule = {
  needs: 'pool.zones',
  reads: ['pool.zones', 'pool.name'],
  violations: ({ pools }, { version: { fieldPath } }) => {
    const zones = zonesIn(pools)
    return pools.flatMap((pool, index) =>
      !isZoned(pool) || isDeepStrictEqual(pool.zones, zones)
        ? []
        : [
            invalid(
              fieldPath('pool.zones', index),
              `${listed(pool.zones)}: must be ${listed(zones)}, as of the first pool that has zones: a router is in one zone, and reads every pool there`,
            ),
          ],
    )
  },
}

/** What the routers of zones cannot be. */
const zonedRoutersRule: Rule = {
  needs: 'pool.zones',
  reads: ['pool.zones', 'routers.placement', 'routers.autoscaling', 'routers.replicas', 'routers.args'],
  violations: ({ pools, routers }, { version: { fieldPath } }) => {
    const zones = zonesIn(pools)
    if (zones.length === 0) return []
    const beside = 'with zones, each of which has routers of its own'
    const at = (field: Extract<Field, `routers.${keyof Routers}`>, words: string) =>
      invalid(fieldPath(field), words)
    const { placement, autoscaling, replicas, args } = routers
    return [
      ...(placement === 'Node' ? [at('routers.placement', `"Node": must be Deployment ${beside}`)] : []),
      ...(autoscaling === undefined
        ? []
        : [at('routers.autoscaling', `${quote(autoscaling)}: must be left out ${beside}`)]),
      ...(placement === undefined && autoscaling === undefined && replicas < zones.length
        ? [at('routers.replicas', `${replicas}: must be at least ${zones.length}, one in each zone`)]
        : []),
      ...args.flatMap((written, index) =>
        written.startsWith('--route-prefix')
          ? [
              invalid(
                `${fieldPath('routers.args')}[${index}]`,
                `${quote(written)}: must be left out with zones: by its routing prefix a router knows which is its own`,
              ),
            ]
          : [],
      ),
    ]
  },
}

/** The zone of a pod follows from its copy. */
const zoneSelectorRule: Rule = {
  needs: 'pool.zones',
  reads: ['pool.zones', 'pool.pod.nodeSelector', 'routers.pod.nodeSelector'],
  violations: (settings, { version: { fieldPath } }) => {
    const inRouters = zonesIn(settings.pools).length > 0 && hasZone(settings.routers)
    return [
      ...(inRouters ? [selected(fieldPath('routers.pod.nodeSelector'))] : []),
      ...settings.pools.flatMap((pool, index) =>
        isZoned(pool) && hasZone(pool) ? [selected(fieldPath('pool.pod.nodeSelector', index))] : [],
      ),
    ]
  },
}

function hasZone({ pod }: Pick<Settings['routers'], 'pod'>): boolean {
  return Object.hasOwn(pod.nodeSelector, ZONE_LABEL)
}

function selected(path: string): Violation {
  const message = `Forbidden: must have no ${ZONE_LABEL} with zones, by which each pod is held to its own`
  return { path: `spec.${path}`, reason: 'FieldValueForbidden', message }
}

export const zonesRules: readonly Rule[] = [zonesRule, sameZonesRule, zonedRoutersRule, zoneSelectorRule]
