import type { Field, Keys } from '../fields.ts'
import { member } from '../validation/path.ts'

type PoolField = Extract<Field, `pool.${string}`>

/** What a spec calls otherwise than the internal form does. */
const NAMES: Readonly<Partial<Record<PoolField, string>>> = {
  'pool.memoryMb': 'memory',
  'pool.resources': 'pod.resources',
  // Of a further pool it follows from these.
  'pool.topology': 'shards',
}

/** memcached.memory of the main pool, pools[0].memory of the next. */
export function keysOf(field: Field, pool = 0): Keys | undefined {
  if (field === 'pool.name' && pool === 0) return undefined
  if (field === 'pool.topology' && pool === 0) return ['memcached', 'replicasOf']
  if (field === 'routers.resources') return ['router', 'pod', 'resources']
  if (field === 'routers.clientTls') return ['router', 'tls', 'clients']
  if (field === 'routers.serverTls') return ['router', 'tls', 'servers']
  if (isOfPool(field)) {
    const keys = (NAMES[field] ?? field.slice('pool.'.length)).split('.')
    return pool === 0 ? ['memcached', ...keys] : ['pools', pool - 1, ...keys]
  }
  if (field.startsWith('routers.')) return ['router', ...field.slice('routers.'.length).split('.')]
  return [field]
}

function isOfPool(field: Field): field is PoolField {
  return field.startsWith('pool.')
}

/** Of the main pool and the routers: checks ask for many in each review, and most are never read. */
const PATHS = new Map<Field, string>()

export function fieldPath(field: Field, pool = 0): string {
  if (pool !== 0) return pathOf(field, pool)
  const known = PATHS.get(field)
  if (known !== undefined) return known
  const path = pathOf(field, pool)
  PATHS.set(field, path)
  return path
}

function pathOf(field: Field, pool: number): string {
  return keysOf(field, pool)?.reduce(member, '') ?? field
}
