import { quote } from '../../text/quote.ts'
import type { Settings } from '../fields.ts'
import { isExternal } from '../layout.ts'
import { MAIN_POOL } from '../mcrouter.ts'
import { poolFieldPath } from './pool-place.ts'
import type { Written } from './rules/rule.ts'
import type { Violation } from './violation.ts'

/**
 * What is refused of an update because servers of the operator would take the place of others' under one name, or the other way
 * round: how many servers the published configuration has does not tell whose they are, so that own ones would be routed to
 * before they run, or be deleted while they are.
 */
export function ownershipViolations(before: Settings, now: Settings, written: Written): Violation[] {
  const former = new Map(before.pools.map((pool) => [pool.name, isExternal(pool)]))
  return now.pools.flatMap((pool, index): Violation[] => {
    const { name } = pool
    const wasExternal = former.get(name)
    if (wasExternal === undefined || wasExternal === isExternal(pool)) return []
    const why = `the servers of pool ${quote(name)} stay with who runs them, the operator or others: else routers are sent to servers that do not run`
    const path = poolFieldPath('pool.external', index, now, written)
    const message = `Forbidden: ${why}; ${name === MAIN_POOL ? ANOTHER_MCROUTER : ANOTHER_POOL}`
    return [{ path: `spec.${path}`, reason: 'FieldValueForbidden', message }]
  })
}

/** The first pool has one name for ever. */
const ANOTHER_MCROUTER =
  'create another Mcrouter with the new servers, which can warm up from the present ones, and lead clients there'
const ANOTHER_POOL = 'add a pool of another name, lead prefixes, gutter and warmUp there, and remove this one'
