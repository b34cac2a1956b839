import { connectionsRule } from './connections.ts'
import { itemSizeRule } from './item-size.ts'
import { memoryLimitRule } from './memory.ts'
import { memcachedResourcesRule, routerResourcesRule } from './resources.ts'
import type { Rule } from './rule.ts'
import { secretsRule } from './secrets.ts'
import { tolerationsRule } from './tolerations.ts'

export const RULES: readonly Rule[] = [
  itemSizeRule,
  connectionsRule,
  memoryLimitRule,
  routerResourcesRule,
  memcachedResourcesRule,
  secretsRule,
  tolerationsRule,
]
