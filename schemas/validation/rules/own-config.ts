import { quote } from '../../../text/quote.ts'
import type { Field } from '../../fields.ts'
import type { Pool } from '../../mcrouter.ts'
import type { Violation } from '../violation.ts'
import { invalid, type PoolRule, type Rule } from './rule.ts'

/** What is said in mcrouter's own words is right by its language. */
const ownConfig: Rule = {
  needs: 'config',
  reads: ['config', 'routers.release', 'pool.name', 'pool.shards', 'pool.copies', 'pool.external'],
  violations: (settings, { version }) =>
    settings.config === undefined ? [] : version.checkConfig(settings.config, settings).violations,
}

/** It is the only thing that is said of routes. */
const prefixesBeside: Rule = {
  needs: 'config',
  reads: ['config', 'prefixes'],
  violations: ({ config, prefixes }, { version }) =>
    config !== undefined && prefixes.length > 0
      ? [besideConfig(version.fieldPath('prefixes'), 'be left out')]
      : [],
}

/** The operator's own names of pools in a configuration (routing/pool.ts): a pool called so cannot be told from one of these. */
const RESERVED = /^memcached(-|$)/

const namesBeside: PoolRule = {
  needs: 'config',
  reads: ['config', 'pool.name'],
  ofPool: ({ name }, index, { version }, { config }) =>
    config !== undefined && RESERVED.test(name)
      ? [invalid(version.fieldPath('pool.name', index), `${quote(name)}: ${TAKEN}`)]
      : [],
}

/** What else says of a pool how requests to it are routed would be of no account. */
const routesBeside: readonly PoolRule[] = [
  beside('pool.gutter', 'be left out', ({ gutter }) => gutter !== undefined),
  beside('pool.warmUp', 'be left out', ({ warmUp }) => warmUp !== undefined),
  beside('pool.writes', 'be Available', ({ writes }) => writes !== 'Available'),
  beside('pool.onMiss', 'be Miss', ({ onMiss }) => onMiss !== 'Miss'),
]

function beside(field: Field, must: string, isSaid: (pool: Pool) => boolean): PoolRule {
  return {
    needs: 'config',
    reads: ['config', field],
    ofPool: (pool, index, { version }, { config }) =>
      config !== undefined && isSaid(pool) ? [besideConfig(version.fieldPath(field, index), must)] : [],
  }
}

export const configRules: readonly Rule[] = [ownConfig, prefixesBeside, namesBeside, ...routesBeside]

const TAKEN =
  "beside config, names that begin with memcached are those of the operator's own pools: choose another"

function besideConfig(path: string, must: string): Violation {
  const message = `Forbidden: must ${must} beside config, whose routes are all there are: say it there`
  return { path: `spec.${path}`, reason: 'FieldValueForbidden', message }
}
