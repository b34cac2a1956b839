import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import type { Release } from '../../schemas/mcrouter.ts'
import { type Place, SPEC } from '../../schemas/validation/path.ts'
import type { Violation, Warning } from '../../schemas/validation/violation.ts'
import { quote } from '../../text/quote.ts'
import { advise } from './advice.ts'
import { HandleJudge } from './judge-handles.ts'
import { literalText, UNREAD } from './literal-text.ts'
import { meant } from './meant.ts'
import { type OperatedPool, PoolTable } from './pool-table.ts'
import { judgeRoot } from './roots.ts'
import { below, Findings } from './scope.ts'

/** What a configuration is judged by beside the language. */
export interface Circumstances {
  readonly release: Release
  /** The pools that the operator fills in; left out for a whole configuration, such as one that was rendered. */
  readonly pools?: readonly OperatedPool[]
  /** The routing prefix of a key that has none: mcrouter's -R. */
  readonly defaultRoute?: string
  readonly place?: Place
}

export type ConfigVerdict =
  | {
      readonly accepted: true
      /** The pools of the operator that routes lead to, with which completedConfig() fills the configuration in. */
      readonly pools: readonly string[]
      readonly warnings: readonly Warning[]
    }
  | { readonly accepted: false; readonly violations: readonly Violation[] }

const CONFIG: Place = { within: SPEC, key: 'config' }
const DEFAULT_ROUTE = '/././'
const MEMBERS = ['pools', 'named_handles', 'route', 'routes']

/**
 * Judges mcrouter's own JSON: what mcrouter refuses, and what it ignores without a word, which is most of what is misspelt
 * (docs/adr/0027-own-json.md).
 */
export function checkConfig(config: unknown, circumstances: Circumstances): ConfigVerdict {
  const { release, pools: operated, defaultRoute = DEFAULT_ROUTE, place = CONFIG } = circumstances
  const findings = new Findings()
  const { value, violations } = literalText(config, place)
  for (const violation of violations) findings.add(violation)
  if (!isJsonObject(value)) {
    if (value !== UNREAD) {
      findings.complain(place, 'FieldValueInvalid', `Invalid value: ${quote(value)}: must be an object`)
    }
    return { accepted: false, violations: findings.violations(place) }
  }
  judgeMembers(value, place, findings)
  const pools = new PoolTable(poolsOf(value, place, findings), below(place, ['pools']), operated)
  const judge = new HandleJudge(release, findings, pools)
  judge.named.define(value.named_handles, below(place, ['named_handles']))
  pools.judge(judge)
  judge.named.judge()
  const roots = judgeRoot(value, defaultRoute, place, judge)
  const all = findings.violations(place)
  if (all.length > 0) return { accepted: false, violations: all }
  advise(roots, findings)
  for (const name of pools.unused()) {
    findings.warn(place, `no route leads to the pool ${quote(name)}`)
  }
  for (const name of judge.named.unused()) {
    findings.warn(below(place, ['named_handles']), `no route leads to the handle ${quote(name)}`)
  }
  return { accepted: true, pools: pools.used(), warnings: findings.warnings() }
}

function judgeMembers(config: JsonObject, place: Place, findings: Findings): void {
  for (const key of Object.keys(config).filter((name) => !MEMBERS.includes(name))) {
    findings.complain({ within: place, key }, 'FieldValueForbidden', () => {
      return `Forbidden: unknown option ${quote(key)} of a configuration${meant(key, MEMBERS)}`
    })
  }
}

function poolsOf({ pools = {} }: JsonObject, place: Place, findings: Findings): JsonObject {
  if (isJsonObject(pools)) return pools
  if (pools !== UNREAD) {
    const message = `Invalid value: ${quote(pools)}: must be an object of pools by name`
    findings.complain(below(place, ['pools']), 'FieldValueInvalid', message)
  }
  return {}
}
