import { fifoRootRule } from '../cel/fifo-root.ts'
import { nameRule } from '../cel/name.ts'
import { resourcesRules } from '../cel/resources.ts'
import { labelKeysRule, tolerationRules } from '../cel/scheduling.ts'
import { unwritableRule } from '../cel/unwritable.ts'
import { BUSY_CONNECTION, FIXED } from '../formats/memcached-memory.ts'
import { ITEM_SIZE } from '../formats/patterns.ts'
import type { CelRule } from '../generate/structural.ts'
import { OWN_FILES } from '../validation/rules/connections.ts'

// What spans fields, for the API server itself: an object is held to it also while the webhook is away. The validators
// say the same and more (rules/), with better words; they are asked first. Each rule holds where a field is not sound
// yet, since that is said by its schema already.

/** Every rule of the CRD; the cost of each is bounded by the sizes in the schema. */
export function celRules(): CelRule[] {
  return [
    nameRule,
    unwritableRule('mcrouter_release', 'mcrouter_image'),
    ...specRules,
    ...resourcesRules('spec.mcrouter_resources'),
    ...resourcesRules('spec.memcached_resources'),
    fifoRootRule('spec.debug_fifo_root'),
    ...itemSizeRules,
    ...tolerationRules('spec.tolerations'),
    labelKeysRule('spec.node_selector'),
  ]
}

const LIMIT = 'self.memcached_resources.limits.memory'
const MEMORY = 'self.memcached_memory_mb'
const CONNECTIONS = 'self.memcached_max_connections'
const LEAST = `${MEMORY} + (${MEMORY} + 63) / 64 + ${FIXED} + (${CONNECTIONS} * ${BUSY_CONNECTION} + 1023) / 1024`

const specRules: CelRule[] = [
  {
    at: 'spec',
    rule: `${CONNECTIONS} >= ${OWN_FILES} + 2 * self.mcrouter_replicas`,
    message: `must be at least ${OWN_FILES} and twice mcrouter_replicas`,
    fieldPath: '.memcached_max_connections',
  },
  {
    at: 'spec',
    // In whole bytes: text made of numbers has no bound that the API server could estimate a cost from.
    rule: [
      `!has(self.memcached_resources) || !has(self.memcached_resources.limits) || !has(${LIMIT})`,
      `!isQuantity(string(${LIMIT})) || !quantity(string(${LIMIT})).isInteger()`,
      `quantity(string(${LIMIT})).asInteger() >= (${LEAST}) * 1048576`,
    ].join(' || '),
    message: `must be at least memcached_memory_mb and 1/64 of it, ${FIXED}Mi, and ${BUSY_CONNECTION}Ki for each of memcached_max_connections`,
    fieldPath: '.memcached_resources.limits.memory',
  },
]

const SIZE = 'self.memcached_max_item_size'

const itemSizeRules: CelRule[] = [
  {
    at: 'spec.memcached_max_item_size',
    rule: `!self.matches('${ITEM_SIZE}') || (${bytes('self')} % 524288 == 0 && ${bytes('self')} <= 1073741824)`,
    message: 'must be a multiple of 512k, at most 1024m',
  },
  {
    at: 'spec',
    rule: `!has(${SIZE}) || !${SIZE}.matches('${ITEM_SIZE}') || ${bytes(SIZE)} <= ${MEMORY} * 524288`,
    message: 'must be at most half of memcached_memory_mb',
    fieldPath: '.memcached_max_item_size',
  },
]

function bytes(size: string): string {
  const lower = `${size}.lowerAscii()`
  const number = `int(${lower}.replace('k', '').replace('m', ''))`
  return `${number} * (${lower}.endsWith('m') ? 1048576 : ${lower}.endsWith('k') ? 1024 : 1)`
}
