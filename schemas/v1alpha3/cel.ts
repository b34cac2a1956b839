import { SHARED, TREES } from '../formats/fifo-root.ts'
import { BUSY_CONNECTION, FIXED } from '../formats/memcached-memory.ts'
import { ITEM_SIZE } from '../formats/patterns.ts'
import type { CelRule } from '../generate/structural.ts'
import { LONGEST_NAME, NAME_PATTERN } from '../identity.ts'
import { RESOURCE_NAMES } from '../pod.ts'
import { OWN_FILES } from '../validation/rules/connections.ts'

// What spans fields, for the API server itself: an object is held to it also while the webhook is away. The validators
// say the same and more (rules/), with better words; they are asked first. Each rule holds where a field is not sound
// yet, since that is said by its schema already.

/** Every rule of the CRD; the cost of each is bounded by the sizes in the schema. */
export function celRules(): CelRule[] {
  return [
    nameRule,
    ...specRules,
    ...resourcesRules('spec.mcrouter_resources'),
    ...resourcesRules('spec.memcached_resources'),
    fifoRootRule,
    ...itemSizeRules,
    ...tolerationRules,
    nodeSelectorRule,
  ]
}

// Of a new object alone. A name cannot change, and of a rule at the root the API server spares no object that broke it
// before: one with a bad name, stored by the Ansible operator, could not even be given a label or a status.
// By default since Kubernetes 1.30 (CRDValidationRatcheting in apiextensions-apiserver pkg/features/kube_features.go).
const nameRule: CelRule = {
  at: '',
  optionalOldSelf: true,
  rule: `oldSelf.hasValue() || (self.metadata.name.size() <= ${LONGEST_NAME} && self.metadata.name.matches('${NAME_PATTERN}'))`,
  message: `metadata.name must be at most ${LONGEST_NAME} lower-case letters, digits and "-", a letter first and no "-" last`,
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

function resourcesRules(at: string): CelRule[] {
  const inOrder = RESOURCE_NAMES.map((name): CelRule => {
    const field = name.replaceAll('-', '__dash__')
    const [request, limit] = [`self.requests.${field}`, `self.limits.${field}`]
    const given = `has(self.requests) && has(${request}) && has(self.limits) && has(${limit})`
    const quantities = `${given} && isQuantity(string(${request})) && isQuantity(string(${limit}))`
    return {
      at,
      rule: `!(${quantities}) || quantity(string(${request})).compareTo(quantity(string(${limit}))) <= 0`,
      message: `must not be more than limits.${name}`,
      fieldPath: name.includes('-') ? `.requests['${name}']` : `.requests.${name}`,
    }
  })
  const sensible = ['requests', 'limits'].flatMap((side) =>
    RESOURCE_NAMES.map((name): CelRule => {
      const least = name === 'cpu' ? '1m' : '1Mi'
      return {
        at: `${at}.${side}.${name}`,
        rule: `isQuantity(string(self)) && quantity(string(self)).compareTo(quantity('${least}')) >= 0`,
        message: `must be a quantity of at least ${least}`,
      }
    }),
  )
  return [...inOrder, ...sensible]
}

const fifoRootRule: CelRule = {
  at: 'spec.debug_fifo_root',
  rule: [
    `self == '' || (!self.endsWith('/') && !self.contains('//')`,
    `!(self + '/').contains('/./') && !(self + '/').contains('/../')`,
    `!self.matches('^(${TREES.join('|')})(/|$)') && !(self in [${SHARED.map((path) => `'${path}'`).join(', ')}]))`,
  ].join(' && '),
  message: 'must be empty or an absolute, clean path of its own, outside the directories of the image',
}

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

const tolerationRules: CelRule[] = [
  {
    rule: `(has(self.key) && self.key != '') || (has(self.operator) && self.operator == 'Exists')`,
    message: 'operator must be Exists when there is no key',
  },
  {
    rule: `!has(self.operator) || self.operator != 'Exists' || !has(self.value) || self.value == ''`,
    message: 'value must be empty when operator is Exists',
  },
  {
    rule: `!has(self.tolerationSeconds) || (has(self.effect) && self.effect == 'NoExecute')`,
    message: 'effect must be NoExecute when tolerationSeconds is set',
  },
].map((rule) => ({ at: 'spec.tolerations[]', ...rule }))

// Not format.qualifiedName(), which Kubernetes 1.30 does not know.
const nodeSelectorRule: CelRule = {
  at: 'spec.node_selector',
  rule: "self.all(key, key.matches('^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$'))",
  message: 'the keys must be label keys such as kubernetes.io/arch',
}
