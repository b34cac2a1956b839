import type { Registry } from 'prom-client'
import type { Rewritten } from '../storage/migration.ts'
import { counter } from './sampled.ts'

/** Registers what became of Mcrouters that may have been stored in an older version of the API. */
export function registerStorage(registry: Registry, counts: () => Readonly<Record<Rewritten, number>>): void {
  counter(
    registry,
    'mcrouter_operator_storage_migrations_total',
    'Mcrouters that were to be stored in the current version of the API, by what came of it',
    () => Object.entries(counts()).map(([result, count]) => [{ result }, count]),
  )
}
