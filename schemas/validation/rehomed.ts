import { quote } from '../../text/quote.ts'
import type { ApiVersion } from '../api-version.ts'
import { isExternal, serversIn } from '../layout.ts'
import { MAIN_POOL, type Mcrouter, type Pool } from '../mcrouter.ts'
import type { Warning } from './violation.ts'

/** Keys that are looked for in another pool after a change, and pools whose servers go. */
export function rehomedWarnings(before: Mcrouter, now: Mcrouter, { fieldPath }: ApiVersion): Warning[] {
  if (before.pools.length === 1 && now.prefixes.length === 0) return []
  const prefixes = new Set([...before.prefixes, ...now.prefixes].map(({ prefix }) => prefix))
  const rehomed = [...prefixes].flatMap((prefix) => {
    const [was, is] = [poolOf(prefix, before), poolOf(prefix, now)]
    if (was === is || now.pools.find(({ name }) => name === is)?.warmUp?.from === was) return []
    return `spec.${fieldPath('prefixes')}: keys that begin with ${quote(prefix)} go from pool ${was} to ${is}, where none of them is: each misses until it is written again${warmUpHint(was, now)}`
  })
  return [...rehomed, ...goneWarnings(before, now)]
}

/** Pools whose servers go. */
export function goneWarnings(before: Mcrouter, now: Mcrouter): Warning[] {
  const names = new Set(now.pools.map(({ name }) => name))
  const gone = before.pools.filter((pool) => !names.has(pool.name) && holdsKeys(pool, before))
  return gone.map(
    (pool) =>
      `pool ${pool.name} is removed: its servers, ${serversIn(pool)}, are deleted with everything that they hold`,
  )
}

/** Where mcrouter looks for keys that begin so: what begins with several prefixes is where the longest says. */
function poolOf(key: string, { prefixes }: Mcrouter): string {
  const fitting = prefixes.filter(({ prefix }) => key.startsWith(prefix))
  const longest = fitting.reduce<(typeof fitting)[number] | undefined>(
    (best, one) => (best === undefined || one.prefix.length > best.prefix.length ? one : best),
    undefined,
  )
  return longest?.pool ?? MAIN_POOL
}

function warmUpHint(was: string, { pools }: Mcrouter): string {
  return pools.some(({ name }) => name === was) ? '; warmUp can fetch them from there' : ''
}

/** Servers of others stay, and what a gutter holds is there for a while only. */
function holdsKeys(pool: Pool, { pools }: Mcrouter): boolean {
  return !isExternal(pool) && !pools.some(({ gutter }) => gutter?.pool === pool.name)
}
