import Type, { type TSchema } from 'typebox'
import type { Schema } from '../schema.ts'
import { McrouterSpec } from './spec.ts'

/**
 * The second spelling of the first seven fields: the Ansible operator took either
 * (operator-sdk v0.16.0, pkg/ansible/paramconv/paramconv.go:73). Fields added since have only one.
 */
export const ALIASES = {
  mcrouterImage: 'mcrouter_image',
  mcrouterPort: 'mcrouter_port',
  memcachedImage: 'memcached_image',
  memcachedPoolSize: 'memcached_pool_size',
  memcachedPort: 'memcached_port',
  poolSetup: 'pool_setup',
  debugFifoRoot: 'debug_fifo_root',
} as const satisfies Readonly<Record<string, keyof McrouterSpec>>

/** A spec as a user may write it: nothing is required, and either spelling will do. */
export const WrittenSpec = Type.Object({ ...Type.Partial(McrouterSpec).properties, ...aliasProperties() })

/**
 * Without a default, which the API server would fill in before any webhook could tell that it was not given.
 */
function aliasProperties(): Record<string, TSchema> {
  const entries = Object.entries(ALIASES).map(([alias, field]) => {
    const { default: _, description: __, ...bounds }: Schema = McrouterSpec.properties[field]
    const description = `Deprecated: write ${field}.`
    return [alias, Type.Optional(Type.Unsafe<unknown>({ ...bounds, description }))] as const
  })
  return Object.fromEntries(entries)
}
