import { mcrouterArgsRule, memcachedArgsRule } from './args.ts'
import { connectionsRule } from './connections.ts'
import { gutterRule } from './gutter.ts'
import { itemSizeRule } from './item-size.ts'
import { layoutRule } from './layout.ts'
import { memoryLimitRule } from './memory.ts'
import { podMetadataRule, serviceMetadataRule } from './metadata.ts'
import { poolNamesRule } from './pool-names.ts'
import { prefixesRule } from './prefixes.ts'
import { memcachedResourcesRule, routerResourcesRule } from './resources.ts'
import type { Rule } from './rule.ts'
import { secretsRule } from './secrets.ts'
import { serviceRule } from './service.ts'
import { tolerationsRule } from './tolerations.ts'
import { warmUpRule } from './warm-up.ts'

export const RULES: readonly Rule[] = [
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
  poolNamesRule,
  prefixesRule,
  gutterRule,
  warmUpRule,
  podMetadataRule,
  serviceRule,
  serviceMetadataRule,
]
