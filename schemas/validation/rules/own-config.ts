import { quote } from '../../../text/quote.ts'
import type { Field } from '../../fields.ts'
import type { Violation } from '../violation.ts'
import { invalid, type PoolRule, type Rule } from './rule.ts'

/** What is said in mcrouter's own words is right by its language, and the only thing that is said of routes. */
export const ownConfigRule: Rule = {
  needs: 'config',
  reads: [
    'config',
    'prefixes',
    'routers.release',
    'pool.name',
    'pool.shards',
    'pool.copies',
    'pool.external',
  ],
  violations: (settings, { version }) => {
    const { config, prefixes } = settings
    if (config === undefined) return []
    const beside = prefixes.length > 0 ? [besideConfig(version.fieldPath('prefixes'), 'be left out')] : []
    return [...beside, ...version.checkConfig(config, settings).violations]
  },
}

/** The operator's own names of pools in a configuration (routing/pool.ts): a pool called so cannot be told from one of these. */
const RESERVED = /^memcached(-|$)/

/** What else says of a pool how requests to it are routed would be of no account. */
export const besideConfigRule: PoolRule = {
  needs: 'config',
  reads: ['config', 'pool.name', 'pool.gutter', 'pool.warmUp', 'pool.writes', 'pool.onMiss'],
  ofPool: ({ name, gutter, warmUp, writes, onMiss }, index, { version }, { config }) => {
    if (config === undefined) return []
    const taken = RESERVED.test(name)
      ? [invalid(version.fieldPath('pool.name', index), `${quote(name)}: ${TAKEN}`)]
      : []
    const said: readonly (readonly [Field, boolean, string])[] = [
      ['pool.gutter', gutter !== undefined, 'be left out'],
      ['pool.warmUp', warmUp !== undefined, 'be left out'],
      ['pool.writes', writes !== 'Available', 'be Available'],
      ['pool.onMiss', onMiss !== 'Miss', 'be Miss'],
    ]
    const beside = said.flatMap(([field, isSaid, must]) =>
      isSaid ? [besideConfig(version.fieldPath(field, index), must)] : [],
    )
    return [...taken, ...beside]
  },
}

const TAKEN =
  "beside config, names that begin with memcached are those of the operator's own pools: choose another"

function besideConfig(path: string, must: string): Violation {
  const message = `Forbidden: must ${must} beside config, whose routes are all there are: say it there`
  return { path: `spec.${path}`, reason: 'FieldValueForbidden', message }
}
