import { checkConfig } from '../../../routing/language/check-config.ts'
import type { OperatedPool } from '../../../routing/language/pool-table.ts'
import type { Release } from '../../../schemas/mcrouter.ts'

/** The operator's pools, unless a test says others. */
export const POOLS: readonly OperatedPool[] = [
  { name: 'main', servers: 3 },
  { name: 'spare', servers: 2 },
]
export const A_SERVER = 'a.example.com:11211'

interface Options {
  readonly release?: Release
  readonly pools?: readonly OperatedPool[]
  readonly defaultRoute?: string
}

function check(config: unknown, options: Options = {}) {
  return checkConfig(JSON.parse(JSON.stringify(config)), { release: 'current', pools: POOLS, ...options })
}

/** Where it is refused, below the configuration. */
export function refused(config: unknown, options: Options = {}): string[] {
  const verdict = check(config, options)
  return verdict.accepted ? [] : verdict.violations.map(({ path }) => path.replace('spec.config.', ''))
}

export function messages(config: unknown): string[] {
  const verdict = check(config)
  return verdict.accepted ? [] : verdict.violations.map(({ message }) => message)
}

export function warnings(config: unknown, pools: readonly OperatedPool[] = POOLS): readonly string[] {
  const verdict = check(config, { pools })
  return verdict.accepted ? verdict.warnings : ['it is refused']
}
