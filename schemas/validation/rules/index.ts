import type { ApiVersion } from '../../api-version.ts'
import type { Field } from '../../fields.ts'
import { accessRule } from './access.ts'
import { mcrouterArgsRule, memcachedArgsRule } from './args.ts'
import { connectionsRule } from './connections.ts'
import { gutterRules } from './gutter.ts'
import { itemSizeRule } from './item-size.ts'
import { layoutRule } from './layout.ts'
import { memoryLimitRule } from './memory.ts'
import { podMetadataRule, serviceMetadataRule } from './metadata.ts'
import { configRules } from './own-config.ts'
import { poolNamesRule } from './pool-names.ts'
import { prefixesRules } from './prefixes.ts'
import { replicasOfRule } from './replicas-of.ts'
import { memcachedResourcesRule, routerResourcesRule } from './resources.ts'
import { routerNumberRules } from './router-number.ts'
import type { Rule } from './rule.ts'
import { secretsRule } from './secrets.ts'
import { askedCopiesRule, serversRule } from './servers.ts'
import { serviceRules } from './service.ts'
import { tlsRules } from './tls.ts'
import { tolerationsRule } from './tolerations.ts'
import { warmUpRules } from './warm-up.ts'
import { zonesRules } from './zones.ts'

const RULES: readonly Rule[] = [
  itemSizeRule,
  connectionsRule,
  memoryLimitRule,
  routerResourcesRule,
  memcachedResourcesRule,
  secretsRule,
  tolerationsRule,
  memcachedArgsRule,
  mcrouterArgsRule,
  layoutRule,
  replicasOfRule,
  askedCopiesRule,
  serversRule,
  poolNamesRule,
  ...configRules,
  ...prefixesRules,
  ...gutterRules,
  ...warmUpRules,
  podMetadataRule,
  ...routerNumberRules,
  ...serviceRules,
  serviceMetadataRule,
  accessRule,
  ...tlsRules,
  ...zonesRules,
]

/** Those that a spec of the version can break. */
export function rulesOf(version: ApiVersion): readonly Rule[] {
  const known = BY_VERSION.get(version)
  if (known !== undefined) return known
  const rules = RULES.filter(({ needs }) => needs === undefined || has(version, needs))
  BY_VERSION.set(version, rules)
  return rules
}

const BY_VERSION = new WeakMap<ApiVersion, readonly Rule[]>()

/** Whether there is such a field, of the first pool or of any other. */
function has({ keysOf }: ApiVersion, field: Field): boolean {
  return keysOf(field) !== undefined || keysOf(field, 1) !== undefined
}
